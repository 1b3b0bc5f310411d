"""A vendor's own texts in mails: put in place of ours, and taken away."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from services.notifications.adapters.mjml import visible_line
from services.notifications.models import MessageText
from services.notifications.queries import texts
from services.notifications.queries.texts import OwnTextView
from services.notifications.rules import own_texts
from shared import ids
from shared.database import Session
from shared.errors import FieldError, Invalid, NotFound
from shared.i18n import LANGUAGES
from shared.logs import log


def put(session: Session, *, key: str, language: str, text: str, now: datetime) -> OwnTextView:
    """Mails in `language` say `text` from now on, as one line. Raises NotFound for what nobody may replace, Invalid."""
    _check(key, language)
    line = visible_line(text)
    wrong = own_texts.check(key, line, language)
    if wrong:
        raise Invalid(*wrong)
    row = _row(session, key=key, language=language)
    if row is None:
        row = MessageText(id=ids.new("mtx"), key=key, language=language, text=line, updated_at=now)
        try:
            with session.begin_nested():
                session.add(row)
                session.flush()
        except IntegrityError:  # somebody put one at the same moment; the later word counts
            row = session.scalars(texts.listing(language=language, key=key)).one()
    if row.text != line:
        row.text, row.updated_at = line, now
    session.flush()
    log.info("message_text.put", key=key, language=language)
    return texts.view(row)


def put_all(session: Session, given: Mapping[str, str], *, language: str, now: datetime) -> int:
    """All texts of a form at once: an empty one means ours. How many changed. Raises as `put`, naming each key."""
    lines = {key: visible_line(text) for key, text in given.items()}
    wrong = [
        FieldError(key, each.code, each.params)
        for key, line in lines.items()
        if line
        for each in own_texts.check(key, line, language)
    ]
    if wrong:
        raise Invalid(*wrong)
    rows = session.scalars(select(MessageText).where(MessageText.language == language, MessageText.key.in_(lines)))
    before = {row.key: row for row in rows}
    changed = {key: line for key, line in lines.items() if line != (before[key].text if key in before else "")}
    for key, line in changed.items():
        if line:
            put(session, key=key, language=language, text=line, now=now)
        else:
            remove(session, text_id=before[key].id)
    return len(changed)


def remove(session: Session, *, text_id: str) -> None:
    """Mails say ours again. Raises NotFound."""
    row = texts.get(session, text_id=text_id)
    session.execute(delete(MessageText).where(MessageText.id == text_id))
    log.info("message_text.removed", key=row.key, language=row.language)


def _row(session: Session, *, key: str, language: str) -> MessageText | None:
    return session.scalar(
        select(MessageText).where(MessageText.language == language, MessageText.key == key).with_for_update()
    )


def _check(key: str, language: str) -> None:
    if language not in LANGUAGES or not own_texts.is_replaceable(key):
        raise NotFound(kind="message_text")
