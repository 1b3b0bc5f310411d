"""Mails' texts: ours, and a vendor's own in their place."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, func, select, tuple_

from services.notifications.models import MessageText
from services.notifications.rules import own_texts
from shared.database import Session
from shared.errors import NotFound
from shared.i18n import Text
from shared.i18n.overrides import places

ROW: Final = MessageText
"""What `listing` yields, for whoever cuts pages of it."""


@dataclass(frozen=True, kw_only=True)
class OwnTextView:
    """A vendor's own text; `is_used` is False where it does not fit (any more), and mails say ours."""

    id: str
    key: str
    language: str
    text: str
    standard: Text
    is_used: bool
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A text of mails in one language: ours (the forms of it, by their names, where it counts), its places, and an
    own one.
    """

    key: str
    standard: Text
    places: tuple[str, ...]
    own: OwnTextView | None

    @property
    def part(self) -> str | None:
        """Which of the usual parts of a mail it is, if it is any."""
        return own_texts.part(self.key)

    @property
    def forms(self) -> tuple[str, ...]:
        """Ours, in each of its forms."""
        return (self.standard,) if isinstance(self.standard, str) else tuple(dict.fromkeys(self.standard.values()))


def listing(*, language: str | None = None, key: str | None = None) -> Select[MessageText]:
    """The scope's own texts that fit; the page is cut elsewhere."""
    wanted = ((MessageText.language, language), (MessageText.key, key))
    return select(MessageText).where(*(column == value for column, value in wanted if value is not None))


def view(row: MessageText) -> OwnTextView:
    """A row as the vendor sees it."""
    return OwnTextView(
        id=row.id,
        key=row.key,
        language=row.language,
        text=row.text,
        standard=own_texts.standard(row.key, row.language),
        is_used=own_texts.fits(row.key, row.text, row.language),
        updated_at=row.updated_at,
    )


def get(session: Session, *, text_id: str) -> OwnTextView:
    """One own text of the scope. Raises NotFound."""
    row = session.scalar(select(MessageText).where(MessageText.id == text_id))
    if row is None:
        raise NotFound(kind="message_text")
    return view(row)


def sentences(session: Session, *, group: str, language: str) -> tuple[Sentence, ...]:
    """All replaceable texts of one group of `own_texts.groups()`."""
    keys = own_texts.groups()[group]
    rows = session.scalars(select(MessageText).where(MessageText.language == language, MessageText.key.in_(keys)))
    own = {row.key: view(row) for row in rows}
    return tuple(
        Sentence(
            key=key,
            standard=own_texts.standard(key, language),
            places=tuple(sorted(places(own_texts.standard(key, language)))),
            own=own.get(key),
        )
        for key in keys
    )


def counts(session: Session) -> Mapping[tuple[str, str], int]:
    """How many own texts there are, by language and group."""
    group_of = {key: group for group, keys in own_texts.groups().items() for key in keys}
    found: dict[tuple[str, str], int] = {}
    asked = select(MessageText.language, MessageText.key, func.count()).group_by(MessageText.language, MessageText.key)
    for language, key, count in session.execute(asked):
        if key in group_of:
            found[language, group_of[key]] = found.get((language, group_of[key]), 0) + count
    return found


def for_mails(session: Session, whose: Collection[tuple[str, str]]) -> Mapping[tuple[str, str, str], Mapping[str, str]]:
    """The own texts that mails say, by vendor, mode and language, then by key. Asked past all scopes."""
    found: dict[tuple[str, str, str], dict[str, str]] = {}
    rows = session.execute(
        select(MessageText.vendor, MessageText.mode, MessageText.language, MessageText.key, MessageText.text).where(
            tuple_(MessageText.vendor, MessageText.mode).in_(sorted(whose))
        )
    )
    for vendor, mode, language, key, text in rows:
        if own_texts.fits(key, text, language):
            found.setdefault((vendor, mode, language), {})[key] = text
    return found


def for_language(session: Session, language: str) -> Mapping[str, str]:
    """The scope's own texts that mails in `language` say, by key."""
    rows = session.execute(select(MessageText.key, MessageText.text).where(MessageText.language == language))
    return {key: text for key, text in rows if own_texts.fits(key, text, language)}
