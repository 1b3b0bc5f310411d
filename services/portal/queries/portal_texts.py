"""The texts that a portal may have of its own, as they stand."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from services.portal.queries import configurations
from shared.errors import FieldError, Invalid
from shared.i18n import DEFAULT, LANGUAGES, Text, catalog
from shared.i18n.overrides import REPLACEABLE, places


@dataclass(frozen=True, kw_only=True)
class TextView:
    """One text: ours, by plural form where it has any; the places it needs; the portal's own, if it has one."""

    key: str
    standard: dict[str, str]
    places: tuple[str, ...]
    own: str | None


@dataclass(frozen=True, kw_only=True)
class TextsView:
    """Those of one language, by key."""

    language: str
    texts: tuple[TextView, ...]


def replaceable(session: Session, *, configuration_id: str, language: str, beginning: str = "") -> TextsView:
    """Those whose keys begin so. Raises NotFound, and Invalid for a language that we have not."""
    if language not in LANGUAGES:
        raise Invalid(FieldError.of("locale", "unknown_locale", offered=", ".join(LANGUAGES)))
    own = configurations.record(session, configuration_id=configuration_id).texts.get(language, {})
    return TextsView(language=language, texts=listed(own, language=language, beginning=beginning))


def listed(
    own: Mapping[str, str], *, language: str, beginning: str = "", words: str = "", is_own: bool = False
) -> tuple[TextView, ...]:
    """Those of a language that we have, by key, beside `own`; those that have these words in their key, in ours or in
    the own one; those alone that have an own one.
    """
    known = {**catalog(DEFAULT), **catalog(language)}
    keys = sorted(key for key in known if key.startswith(REPLACEABLE) and key.startswith(beginning))
    views = (_view(key, known[key], own.get(key)) for key in keys if not is_own or key in own)
    return tuple(each for each in views if _has(each, words.casefold()))


def _has(view: TextView, words: str) -> bool:
    return any(words in said.casefold() for said in (view.key, *view.standard.values(), view.own or ""))


def _view(key: str, standard: Text, own: str | None) -> TextView:
    forms = {"other": standard} if isinstance(standard, str) else dict(standard)
    return TextView(key=key, standard=forms, places=tuple(sorted(places(standard))), own=own)
