"""A portal's own texts: looked at when they are saved, kept with its languages, where sign-in hears of them as well."""

from collections.abc import Mapping
from typing import Any, Final

from services.portal.rules.portals import texts
from services.portal.rules.portals.texts import Ignored
from shared.errors import FieldError, Invalid
from shared.i18n import LANGUAGES
from shared.i18n.overrides import LONGEST, Why, full, judge

_FIELD: Final = "texts"
_WHY: Final[Mapping[Why, str]] = {
    Why.UNKNOWN_KEY: "unknown_text",
    Why.OTHER_PLACES: "other_places",
    Why.EMPTY: "required",
    Why.TOO_LONG: "too_long",
}


def parted(
    values: Mapping[str, Any], *, before: Mapping[str, Any]
) -> tuple[Mapping[str, Any], tuple[Ignored, ...] | None]:
    """The values with the texts where they are kept, and those that are not; None where none are given.

    `before` are the portal's `languages`. Raises Invalid.
    """
    if _FIELD not in values:
        return values, None
    chosen = texts.decide(values[_FIELD] or {}, before=before.get(_FIELD, {}))
    others = {name: value for name, value in values.items() if name != _FIELD}
    return {**others, "languages": {**others.get("languages", {}), _FIELD: chosen.texts}}, chosen.ignored


def replaced(languages: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """`languages` with the texts of `values` in place of all that were there: what was taken away is gone."""
    given = values.get("languages", {})
    return {**languages, _FIELD: given[_FIELD]} if _FIELD in given else dict(languages)


def check(given: Mapping[str, Any], *, before: Mapping[str, Mapping[str, str]]) -> None:
    """For whoever wants all texts kept, or none: Invalid where one is not as `before` and would be left out.

    What a portal has from before our own texts changed is no fault of the change that has it too.
    """
    problems = [
        _refused(language, key, why)
        for language, said in given.items()
        if language in LANGUAGES
        for key, text in (said or {}).items()
        if text is not None and text != before.get(language, {}).get(full(key))
        if (why := judge(full(key), text, language)) is not None
    ]
    if problems:
        raise Invalid(*problems)


def _refused(language: str, key: str, why: Why) -> FieldError:
    params = {"most": LONGEST} if why is Why.TOO_LONG else {}
    return FieldError.of(f"texts.{language}.{key}", _WHY[why], **params)
