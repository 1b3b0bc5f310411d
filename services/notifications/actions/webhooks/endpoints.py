"""Webhook endpoints: made, changed, rolled, switched off and on, deleted. What makes a secret returns it, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select, update

from services.notifications.adapters.webhooks import Webhooks, new_secret
from services.notifications.models import Sender, WebhookDelivery, WebhookEndpoint
from services.notifications.queries import webhooks as queries
from services.notifications.queries.webhooks import EndpointView
from services.notifications.rules import targets
from services.notifications.rules import webhooks as rule
from services.notifications.rules.webhooks import Fault, Off, State
from shared import addresses, ids, sealing
from shared.bus import access_log, outbox
from shared.database import Session, scope
from shared.errors import FieldError, Invalid, NotFound
from shared.events import WebhookEndpointDisabled

FIELD: Final = "secret"
_LOGGED: Final = ("url", "description", "events", "is_on")


@dataclass(frozen=True)
class NewEndpoint:
    """An endpoint and, this once, what its webhooks are signed with."""

    view: EndpointView
    secret: str


def create(
    session: Session,
    *,
    url: str,
    events: Sequence[str],
    description: str | None = None,
    contact: str | None = None,
    webhooks: Webhooks,
    now: datetime,
) -> NewEndpoint:
    """A new endpoint of the scope's vendor and mode. Raises Invalid, TooManyEndpoints."""
    here = scope.current()
    targets.target_of(url, mode=here.mode, reach=webhooks.reach)
    # Two at once count each other: both wait for the row of their vendor.
    session.execute(select(Sender.id).where(Sender.id == here.vendor).with_for_update(key_share=True))
    rule.check_room(session.scalar(select(func.count()).select_from(WebhookEndpoint)) or 0)
    secret = new_secret()
    row = WebhookEndpoint(
        id=ids.new("we"),
        url=url,
        description=description or None,
        events=rule.check_events(events),
        contact=_contact(contact),
        sealed=sealing.seal(webhooks.key, {FIELD: secret}),
        is_on=True,
        created_at=now,
    )
    session.add(row)
    session.flush()
    _log(session, row, "made", after=_values(row), now=now)
    return NewEndpoint(queries.view(row), secret)


def change(
    session: Session, *, endpoint_id: str, given: dict[str, Any], webhooks: Webhooks, now: datetime
) -> EndpointView:
    """What is in `given` changes: url, events, description, contact, is_on. Raises NotFound, Invalid."""
    row = _locked(session, endpoint_id)
    before = _values(row)
    if "url" in given:
        targets.target_of(given["url"], mode=scope.current().mode, reach=webhooks.reach)
        row.url = given["url"]
    if "events" in given:
        row.events = rule.check_events(given["events"])
    if "description" in given:
        row.description = given["description"] or None
    if "contact" in given:
        row.contact = _contact(given["contact"])
    if given.get("is_on") is True and not row.is_on:
        row.is_on, row.off_reason, row.off_at, row.failing_since = True, None, None, None
    session.flush()
    if given.get("is_on") is False and row.is_on:
        switch_off(session, row, Off.BY_HAND, now=now)
    if before != _values(row):
        _log(session, row, "changed", before=before, after=_values(row), now=now)
    return queries.view(row)


def switch_off(session: Session, row: WebhookEndpoint, reason: Off, *, now: datetime) -> None:
    """Nothing is sent to it any more; what waited for it failed, and can be sent once it is on again."""
    row.is_on, row.off_reason, row.off_at = False, reason, now
    session.flush()
    session.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.endpoint == row.id, WebhookDelivery.state == State.WAITING)
        .values(state=State.FAILED, fault=Fault.OFF, due_at=None)
        .execution_options(synchronize_session=False)
    )
    said = WebhookEndpointDisabled(
        endpoint=row.id,
        url=row.url,
        reason=reason.value,
        failing_since=None if row.failing_since is None else row.failing_since.isoformat(),
        disabled_at=now.isoformat(),
    )
    outbox.record(session, said, at=now)


def roll(session: Session, *, endpoint_id: str, overlap: timedelta, webhooks: Webhooks, now: datetime) -> NewEndpoint:
    """A new secret; the one before signs beside it until the overlap is over. Raises NotFound, Invalid."""
    row = _locked(session, endpoint_id)
    until = rule.overlap_ends(now=now, overlap=overlap)
    secret = new_secret()
    row.sealed_before, row.before_until = (row.sealed, until) if overlap else (None, None)
    row.sealed = sealing.seal(webhooks.key, {FIELD: secret})
    session.flush()
    _log(session, row, "rolled", after={"before_until": until.isoformat()}, now=now)
    return NewEndpoint(queries.view(row), secret)


def remove(session: Session, *, endpoint_id: str, now: datetime) -> None:
    """The endpoint and its deliveries are gone. Raises NotFound."""
    row = _locked(session, endpoint_id)
    _log(session, row, "deleted", before=_values(row), now=now)
    session.execute(delete(WebhookDelivery).where(WebhookDelivery.endpoint == row.id))
    session.delete(row)
    session.flush()


def note_resent(session: Session, *, endpoint_id: str, what: dict[str, Any], now: datetime) -> None:
    """Somebody sent deliveries again: a line in the vendor's action log."""
    here = scope.current()
    action = "webhook_endpoint.resent"
    access_log.write(session, action=action, of=endpoint_id, vendor=here.vendor, mode=here.mode, after=what, now=now)


def _contact(given: str | None) -> str | None:
    if not given:
        return None
    try:
        return addresses.parse(given).written
    except addresses.BadAddress:
        raise Invalid(FieldError("contact", "bad_address")) from None


def _values(row: WebhookEndpoint) -> dict[str, Any]:
    """For the action log, which holds no addresses of people."""
    return {name: getattr(row, name) for name in _LOGGED}


def _log(session: Session, row: WebhookEndpoint, what: str, *, now: datetime, **values: dict[str, Any]) -> None:
    here = scope.current()
    action = f"webhook_endpoint.{what}"
    access_log.write(session, action=action, of=row.id, vendor=here.vendor, mode=here.mode, now=now, **values)


def _locked(session: Session, endpoint_id: str) -> WebhookEndpoint:
    row = session.scalars(
        select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id).with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if row is None:
        raise NotFound
    return row
