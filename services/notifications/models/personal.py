"""HOLDINGS: what notifications holds of customers, column by column. Read `shared/database/personal.py` first.

Of mails it stays that one of a kind was sent at a moment; to whom and what it said goes.
"""

from typing import Final

from sqlalchemy import ColumnElement, Table, func, or_, select

from services.notifications.models.base import Base
from shared.database.personal import CLAIMS, Holding, Holdings, Person, own, own_id

_SCOPE: Final = " vendor mode"


def _written(table: Table, person: Person) -> ColumnElement[bool]:
    """Mails about the customer, and those to their address that had a secret in them, which name no customer."""
    here = (table.c.vendor == person.vendor) & (table.c.mode == person.mode)
    return here & or_(table.c.customer == person.customer, func.lower(table.c.address).in_(person.addresses))


def _stopped(table: Table, person: Person) -> ColumnElement[bool]:
    """Their own address where it is not written to, and whichever a mail about them came back from."""
    here = (table.c.vendor == person.vendor) & (table.c.mode == person.mode)
    mails = Base.metadata.tables["messages"]
    about = select(mails.c.id).where(
        mails.c.vendor == person.vendor, mails.c.mode == person.mode, mails.c.customer == person.customer
    )
    return here & or_(func.lower(table.c.address).in_(person.addresses), table.c.message.in_(about))


HOLDINGS: Final[Holdings] = {
    "recipients": Holding(
        whose=own_id, exported="id email display_name locale", internal="revision" + _SCOPE, is_deleted=True
    ),
    "document_recipients": Holding(
        whose=own,
        exported="id email documents is_confirmed",
        internal="customer statement_due revision" + _SCOPE,
        is_deleted=True,
    ),
    "messages": Holding(
        whose=_written,
        exported="id kind address locale subject text state attempts created_at sent_at",
        internal="urgent customer dedup_key about about_revision facts sealed expires_at due_at message_id html"
        " last_error headers deliveries repeats" + _SCOPE,
        erased={
            "address": "",
            "facts": {},
            "due_at": None,
            "deliveries": [],
            **dict.fromkeys("sealed subject html text last_error message_id headers".split()),
        },
        ground=CLAIMS,
    ),
    "suppressions": Holding(
        whose=_stopped, exported="id address reason created_at", internal="key message detail" + _SCOPE, is_deleted=True
    ),
    "events": Holding(
        whose=own,
        exported="id type data created_at",
        internal="version customer actor_kind actor_id request_id" + _SCOPE,
        erased={"data": {}},
        ground=CLAIMS,
    ),
    "webhook_deliveries": Holding(
        whose=own,
        internal="id endpoint event type customer state tries attempts due_at status fault milliseconds answers"
        " created_at delivered_at" + _SCOPE,
        erased={"answers": []},
        ground=CLAIMS,
    ),
    "webhook_endpoints": Holding(
        internal="id url description events contact sealed sealed_before before_until is_on off_reason off_at"
        " failing_since created_at" + _SCOPE
    ),
    "message_texts": Holding(internal="id language key text updated_at" + _SCOPE),
    "portals": Holding(
        internal="id slug active is_default host path sender_name reply_to privacy_url terms_url logo revision" + _SCOPE
    ),
    "senders": Holding(
        internal="id display_name legal_name brand_color reply_to support_url address default_locale revision"
    ),
}
TABLES: Final[dict[str, Table]] = dict(Base.metadata.tables)
