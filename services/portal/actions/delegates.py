"""What portal keeps of a customer's own people: a name for the record, and that they were let in and sent away."""

from datetime import datetime

from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.models import Delegate
from shared.events import DelegateChanged, DelegateInvited, DelegateRevoked


def note(session: Session, said: DelegateInvited | DelegateChanged | DelegateRevoked, *, now: datetime) -> None:
    """Write it down, with whoever the event says did it. A person's name stands in no line, which outlives them."""
    if isinstance(said, DelegateInvited) and session.get(Delegate, said.delegate) is None:
        session.add(Delegate(id=said.delegate, customer=said.customer, name=said.display_name or said.email))
    role = None if isinstance(said, DelegateRevoked) else said.role
    action_log.write(
        session,
        action=said.name,
        of=said.delegate,
        before=None,
        after=None if role is None else {"role": role},
        customer=said.customer,
        now=now,
    )
