"""HOLDINGS: what auth holds of customers, column by column. Read `shared/database/personal.py` first.

Whoever is erased signs in no more: what opens a portal to them goes as a whole. Sessions stay as rows, which tell when
somebody was in and by which way, without whose address it was.
"""

from typing import Final

from sqlalchemy import ColumnElement, String, Table, cast, false, or_

from services.auth.models.base import Base
from shared.database.personal import CLAIMS, Holding, Holdings, Person, mailbox, own, own_id

_SCOPE: Final = " vendor mode"


def _here(table: Table, person: Person) -> ColumnElement[bool]:
    return (table.c.vendor == person.vendor) & (table.c.mode == person.mode)


def _names(column: ColumnElement[object], person: Person) -> ColumnElement[bool]:
    """Whether a JSON column names the customer; as text, alike on both databases."""
    return cast(column, String).contains(f'"{person.customer}"', autoescape=True)


def _seen(table: Table, person: Person) -> ColumnElement[bool]:
    """Sessions that see the customer, or began with an address that is theirs alone."""
    return _here(table, person) & (_names(table.c.customers, person) | table.c.email_key.in_(person.addresses))


def _entered(table: Table, person: Person) -> ColumnElement[bool]:
    return _here(table, person) & _names(table.c.customers, person)


def _asked(table: Table, person: Person) -> ColumnElement[bool]:
    """Requests to sign in as them, and for a new address of theirs."""
    return mailbox(table, person) | (_here(table, person) & _names(table.c.details, person))


def _about(table: Table, person: Person) -> ColumnElement[bool]:
    return _here(table, person) & (table.c.about == person.customer)


def _counted(table: Table, person: Person) -> ColumnElement[bool]:
    """Tries that were counted under an address or the customer, at this vendor."""
    subject = table.c.subject
    named = [subject.contains(each, autoescape=True) for each in (*person.addresses, person.customer)]
    return or_(false(), *named) & subject.contains(person.vendor, autoescape=True)


HOLDINGS: Final[Holdings] = {
    "identities": Holding(
        whose=own_id,
        exported="id email reference display_name locale",
        internal="email_key takes_v1 revision" + _SCOPE,
        is_deleted=True,
    ),
    "delegates": Holding(
        whose=own,
        exported="id email name role invited_at accepted_at revoked_at",
        internal="email_key offered_role invited_by customer" + _SCOPE,
        is_deleted=True,
    ),
    "portal_sessions": Holding(
        whose=_seen,
        exported="id portal email way_in assurance proven_at framed role browser system created_at last_seen_at"
        " revoked_at ended_for",
        internal="token_hash customers choices email_key secret link entry parent staff reason delegate details"
        " idle_minutes hours reviewed" + _SCOPE,
        erased={
            "email": "",
            "email_key": "",
            "reviewed": True,
            **dict.fromkeys("choices browser system details reason".split()),
        },
        ground=CLAIMS,
    ),
    "sign_in_requests": Holding(
        whose=_asked,
        exported="id portal purpose email browser system client requested_at used_at",
        internal="session email_key masked token_hash code_mac window_hash return_path details counted expires_at"
        " wrong_codes voided_at mail mail_due_at mail_attempts sealed" + _SCOPE,
        is_deleted=True,
    ),
    "subscriber_links": Holding(
        whose=own,
        exported="id created_at last_used_at revoked_at",
        internal="token_hash sealed customer" + _SCOPE,
        is_deleted=True,
    ),
    "entries": Holding(
        whose=_entered,
        exported="id kind portal way_in created_at expires_at used_at",
        internal="token_hash secret_hash configuration customers staff reason details created_by" + _SCOPE,
        is_deleted=True,
    ),
    "mails": Holding(
        whose=_about,
        exported="id kind state created_at expires_at",
        internal="about due_at attempts sealed facts" + _SCOPE,
        is_deleted=True,
    ),
    "attempts": Holding(whose=_counted, internal="id kind subject at", is_deleted=True),
    "errands": Holding(whose=own, internal="id due_at attempts created_at customer" + _SCOPE, is_deleted=True),
    # A mailbox may be known to other vendors too: `actions.erasing` ends these where it is not.
    "global_sessions": Holding(
        internal="id token_hash mode email email_key way_in proven_at browser system created_at last_seen_at revoked_at"
    ),
    # Masked when it is written, and forgotten after a week.
    "embed_refusals": Holding(internal="id portal way_in cause subject at" + _SCOPE),
    "used_nonces": Holding(internal="id jti expires_at" + _SCOPE),
    "identity_secrets": Holding(
        internal="id name sealed takes_v1 created_by created_at last_used_at expires_at revoked_at replaced_by" + _SCOPE
    ),
    "portals": Holding(
        internal="id slug kind is_default active display_name sign_in_methods cross_device sign_in embed host path"
        " return_url appearance languages links revision" + _SCOPE
    ),
    # Vendors and their people are no customers: they leave with their vendor.
    "vendors": Holding(
        internal="id slug display_name profile default_locale standing entitlements revision created_at"
    ),
    "vendor_users": Holding(
        internal="id vendor email email_key name role invited_by created_at accepted_at removed_at"
    ),
    "staff_sessions": Holding(
        internal="id token_hash user mode email_key proven_at browser system created_at last_seen_at revoked_at"
    ),
    "api_keys": Holding(
        internal="id name kind secret_hash scopes created_by created_at last_used_at expires_at revoked_at replaced_by"
        + _SCOPE
    ),
    "logos": Holding(internal="vendor sha256 png width height created_at"),
}
TABLES: Final[dict[str, Table]] = dict(Base.metadata.tables)
