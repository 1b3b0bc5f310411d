"""Further addresses of a customer's documents: added, asked, changed and removed by the customer, or by a key."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.portal.actions import proof
from services.portal.actions.operations import action_log
from services.portal.models import Customer, DocumentRecipient
from services.portal.queries import agreements, customers
from services.portal.queries import recipients as queries
from services.portal.queries.portals import PortalView
from services.portal.queries.recipients import RecipientView
from services.portal.rules import policy
from services.portal.rules.assurance import Requester
from services.portal.rules.customers import recipients as rule
from services.portal.rules.customers.erasing import CustomerErased
from services.portal.rules.customers.recipients import Known, Status
from services.portal.rules.policy import Action, Decision
from shared import addresses, ids
from shared.bus import outbox
from shared.database import Begin, scope
from shared.errors import FieldError, Invalid, NotFound
from shared.events import RecipientChanged, RecipientInvited

JOB: Final = "forget_recipients"
BATCH: Final = 500


def require(by: Requester, *, portal: PortalView | None, now: datetime) -> None:
    """Return when `by` may say where a customer's documents go: whoever may change billing details.

    Raises StepUpRequired, and the refusal of the policy's reason.
    """
    answer = agreements.answer(Action.UPDATE_DETAILS, by=by, portal=portal, now=now)
    if answer.decision is not Decision.ALLOWED and answer.reason is not None:
        raise policy.REFUSALS[answer.reason](message=answer.message, action=Action.UPDATE_DETAILS.value, status="")
    proof.require(Action.UPDATE_DETAILS, by=by, portal=portal, now=now)


def tell(session: Session, by: Requester, *, customer_id: str, now: datetime) -> None:
    """`by` changes where documents go; by a weak way in, the customer is told. Raises ReadOnlySession."""
    proof.tell(session, Action.UPDATE_DETAILS, by=by, done_to=customer_id, customer=customer_id, now=now)


def add(session: Session, *, customer_id: str, email: str, documents: Collection[str], now: datetime) -> RecipientView:
    """Keep the address and have its owner asked. Raises NotFound, CustomerErased and what the rule raises."""
    customer = _living(session, customer_id)
    kinds = rule.documents(documents)
    address = _parsed(email)
    known = _known(session, customer_id)
    rule.require_new(address.key, own=customer.email_key, known=known, now=now)
    row = DocumentRecipient(
        id=ids.new("rcp"),
        customer=customer_id,
        email=address.written,
        email_key=address.key,
        documents=list(kinds),
        status=Status.PENDING.value,
        asked=[now.isoformat()],
        created_at=now,
        revision=1,
    )
    session.add(row)
    _note(session, row, "recipient.added", now=now)
    _invite(session, row)
    return queries.view(row)


def change(
    session: Session, *, customer_id: str, recipient_id: str, documents: Collection[str], now: datetime
) -> RecipientView:
    """Other documents go there from now on. Raises NotFound, Invalid."""
    row = queries.row(session, customer_id=customer_id, recipient_id=recipient_id)
    kinds = list(rule.documents(documents))
    if kinds != row.documents:
        row.documents = kinds
        _changed(session, row, "recipient.updated", now=now)
    return queries.view(row)


def ask_again(session: Session, *, customer_id: str, recipient_id: str, now: datetime) -> RecipientView:
    """Another mail to whoever has not answered. Raises NotFound and what the rule raises."""
    _living(session, customer_id)
    row = queries.row(session, customer_id=customer_id, recipient_id=recipient_id)
    rule.require_again(_as_known(row), known=_known(session, customer_id), now=now)
    row.asked = [at.isoformat() for at in (*rule.recent(_moments(row), now=now), now)]
    _note(session, row, "recipient.asked_again", now=now)
    _invite(session, row)
    return queries.view(row)


def remove(session: Session, *, customer_id: str, recipient_id: str, now: datetime) -> None:
    """Nothing goes there any more, and links of past mails to it are void. Raises NotFound."""
    row = queries.row(session, customer_id=customer_id, recipient_id=recipient_id)
    row.status, row.ended_at = Status.REMOVED.value, now
    _changed(session, row, "recipient.removed", now=now)


def confirm(session: Session, *, recipient_id: str, now: datetime) -> bool:
    """The owner agrees; again changes nothing. False when the address was removed, or has said no since."""
    row = _by_link(session, recipient_id)
    if row is None or row.status not in (Status.PENDING, Status.CONFIRMED):
        return False
    if row.status == Status.PENDING:
        row.status, row.confirmed_at = Status.CONFIRMED.value, now
        _changed(session, row, "recipient.confirmed", now=now)
    return True


def unsubscribe(session: Session, *, recipient_id: str, now: datetime) -> None:
    """The owner wants nothing any more; again changes nothing, and neither does it for what was removed."""
    row = _by_link(session, recipient_id)
    if row is None or row.said_no_at is not None:
        return
    row.said_no_at = row.ended_at = now
    if row.status == Status.REMOVED:
        return  # nothing goes there, and it is not asked again either
    row.status = Status.UNSUBSCRIBED.value
    _changed(session, row, "recipient.unsubscribed", now=now)


def forget(begin: Begin, *, now: datetime) -> int:
    """Drop what was removed so long ago that no limit counts it. How many."""
    with begin() as session, scope.platform():
        old = select(DocumentRecipient.id).where(
            DocumentRecipient.status == Status.REMOVED, DocumentRecipient.ended_at < now - rule.KEPT
        )
        gone = session.scalars(old.limit(BATCH)).all()
        session.execute(delete(DocumentRecipient).where(DocumentRecipient.id.in_(gone)))
    return len(gone)


def _living(session: Session, customer_id: str) -> Customer:
    """The customer, locked: additions at once count each other. Raises NotFound, CustomerErased."""
    row = customers.held(session, customer_id)
    if row is None:
        raise NotFound
    if row.erased_at is not None:
        raise CustomerErased
    return row


def _parsed(email: str) -> addresses.Address:
    try:
        return addresses.parse(email)
    except addresses.BadAddress:
        raise Invalid(FieldError.of("email", "bad_email")) from None


def _known(session: Session, customer_id: str) -> tuple[Known, ...]:
    rows = session.scalars(select(DocumentRecipient).where(DocumentRecipient.customer == customer_id))
    return tuple(_as_known(row) for row in rows)


def _as_known(row: DocumentRecipient) -> Known:
    return Known(key=row.email_key, status=Status(row.status), said_no_at=row.said_no_at, asked=_moments(row))


def _moments(row: DocumentRecipient) -> tuple[datetime, ...]:
    return tuple(datetime.fromisoformat(at) for at in row.asked)


def _by_link(session: Session, recipient_id: str) -> DocumentRecipient | None:
    found = select(DocumentRecipient).where(DocumentRecipient.id == recipient_id)
    return session.scalars(found.with_for_update()).one_or_none()


def _invite(session: Session, row: DocumentRecipient) -> None:
    outbox.record(
        session,
        RecipientInvited(recipient=row.id, customer=row.customer, email=row.email, documents=list(row.documents)),
    )


def _changed(session: Session, row: DocumentRecipient, action: str, *, now: datetime) -> None:
    row.revision += 1
    _note(session, row, action, now=now)
    outbox.record(
        session,
        RecipientChanged(
            recipient=row.id,
            customer=row.customer,
            email=row.email,
            documents=list(row.documents),
            status=row.status,
            revision=row.revision,
        ),
    )


def _note(session: Session, row: DocumentRecipient, action: str, *, now: datetime) -> None:
    """The address stands in no line of the log, which outlives it."""
    after = {"documents": list(row.documents)}
    action_log.write(session, action=action, of=row.id, before=None, after=after, customer=row.customer, now=now)
