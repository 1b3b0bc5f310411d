"""Lines of the action log as the console shows them: in words where there are some, with each value that changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.portal.pages.console import wording
from services.portal.queries import delegates
from services.portal.queries.action_log import EntryView
from shared.i18n import DEFAULT, catalog
from shared.web import caller, console, session
from shared.web.htmx import translate


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A value before and after, in words."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """What was done to what, on whose account, by whom. `who` is None where only the kind of actor says more."""

    id: str
    at: datetime
    action: str
    said: str
    actor_kind: str
    actor_id: str
    who: str | None
    object: str
    customer: str | None
    rule: str | None
    changed: tuple[Changed, ...]
    client_address: str | None
    request_id: str
    sequence: int | None


def shown(rows: Iterable[EntryView]) -> tuple[Line, ...]:
    """In the order of the rows."""
    listed = tuple(rows)
    people = delegates.names(session(), {each.actor_id for each in listed})
    me = console.standing()
    people[caller().id] = me.name or me.email
    return tuple(_line(row, people.get(row.actor_id)) for row in listed)


def said(action: str) -> str:
    """An action in words; its own name where there are none."""
    key = f"console.did.{action}"
    return translate(key) if key in catalog(DEFAULT) else action


def _line(row: EntryView, who: str | None) -> Line:
    return Line(
        id=row.id,
        at=row.at,
        action=row.action,
        said=said(row.action),
        actor_kind=row.actor_kind,
        actor_id=row.actor_id,
        who=who,
        object=row.object,
        customer=row.customer,
        rule=row.rule,
        changed=_changed(row.before or {}, row.after or {}),
        client_address=row.client_address,
        request_id=row.request_id,
        sequence=row.sequence,
    )


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Changed, ...]:
    names = dict.fromkeys((*before, *after))
    return tuple(
        Changed(field=name, before=wording.said(before.get(name)), after=wording.said(after.get(name)))
        for name in names
        if name not in before or name not in after or before[name] != after[name]
    )
