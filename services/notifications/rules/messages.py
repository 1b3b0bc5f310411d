"""MESSAGES: which mails there are, for whom, and may they be switched off.

A mail of money, law or sign-in can't be switched off; an offer can. An `urgent` mail has somebody waiting
in front of a screen: it goes out ahead of all others. A `sealed` one holds a secret, so its row keeps the
sealed order for it instead of the mail, until it is sent; the order is good for `sealed_for` and `needs` these
facts. One with a `link` has one that works without a sign-in, made as it is sent and masked in the log; one that
`brings_document` has its PDF with it. The log forgets a mail after `kept_for`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final, Literal

from shared import lifetimes
from shared.mail_links import Purpose


class Kind(StrEnum):
    """What a mail is about."""

    SIGN_IN = "sign_in"
    SIGN_IN_CODE = "sign_in_code"
    NEW_EMAIL = "new_email"
    SUBSCRIBER_LINK = "subscriber_link"
    CUSTOMER_INVITATION = "customer_invitation"
    STAFF_INVITATION = "staff_invitation"
    DIRECT_ACTIONS_ON = "direct_actions_on"
    SIGN_IN_NOTICE = "sign_in_notice"
    EMAIL_CHANGED = "email_changed"
    CUSTOMER_ERASED = "customer_erased"
    EXPORT_READY = "export_ready"
    DELEGATE_INVITED = "delegate_invited"
    DIRECT_ACTION = "direct_action"
    RECIPIENT_INVITED = "recipient_invited"
    DOCUMENT_COPY = "document_copy"
    RECEIPT = "receipt"
    PAYMENT_FAILED = "payment_failed"
    PAYMENT_ACTION_REQUIRED = "payment_action_required"
    CARD_ADDED = "card_added"
    CARD_REMOVED = "card_removed"
    CARD_EXPIRING = "card_expiring"
    TRIAL_ENDING = "trial_ending"
    RECOVERED = "recovered"
    PLAN_CHANGED = "plan_changed"
    QUANTITY_CHANGED = "quantity_changed"
    PAUSED = "paused"
    RESUMING = "resuming"
    RESUMED = "resumed"
    CANCELLATION = "cancellation"
    UNCANCELLATION = "uncancellation"
    ENDED = "ended"
    REFUND_REQUESTED = "refund_requested"
    REFUND_SUCCEEDED = "refund_succeeded"
    REFUND_FAILED = "refund_failed"
    TICKET_OPENED = "ticket_opened"
    TICKET_ANSWERED = "ticket_answered"
    TICKET_RESOLVED = "ticket_resolved"
    TICKET_INTAKE = "ticket_intake"
    TICKET_INTAKE_ANSWER = "ticket_intake_answer"
    TICKET_REMINDER = "ticket_reminder"
    WEBHOOK_DISABLED = "webhook_disabled"


class Topic(StrEnum):
    """The state that mails tell of: does it go on, on which plan, how many, is this payment made."""

    STANDING = "standing"
    PLAN = "plan"
    QUANTITY = "quantity"
    COLLECTION = "collection"


@dataclass(frozen=True, kw_only=True)
class Message:
    """`template` is the stem of its `.mjml` and `.txt`; its words are `mails.<template>.…` of the catalogs."""

    template: str
    audience: Literal["customer", "helpdesk", "vendor"] = "customer"
    topic: Topic | None = None
    may_be_switched_off: bool = False
    urgent: bool = False
    sealed: bool = False
    sealed_for: timedelta = timedelta(minutes=10)  # ML-01, for what signs in; else as long as mail servers try
    needs: tuple[Literal["code", "link"], ...] = ()
    link: Purpose | None = None
    brings_document: bool = False
    kept_for: timedelta = lifetimes.MAILS


_DAYS: Final = timedelta(days=3)

MESSAGES: Final[Mapping[Kind, Message]] = {
    Kind.SIGN_IN: Message(
        template="sign_in", urgent=True, sealed=True, needs=("code", "link"), kept_for=lifetimes.SIGN_IN_MAILS
    ),
    Kind.SIGN_IN_CODE: Message(
        template="sign_in_code", urgent=True, sealed=True, needs=("code",), kept_for=lifetimes.SIGN_IN_MAILS
    ),
    Kind.NEW_EMAIL: Message(
        template="new_email", urgent=True, sealed=True, needs=("code",), kept_for=lifetimes.SIGN_IN_MAILS
    ),
    Kind.SUBSCRIBER_LINK: Message(template="subscriber_link", sealed=True, sealed_for=_DAYS, needs=("link",)),
    Kind.CUSTOMER_INVITATION: Message(template="customer_invitation", sealed=True, sealed_for=_DAYS, needs=("link",)),
    Kind.STAFF_INVITATION: Message(template="staff_invitation", sealed=True, sealed_for=_DAYS, needs=("link",)),
    Kind.DIRECT_ACTIONS_ON: Message(template="direct_actions_on", sealed=True, sealed_for=_DAYS, needs=("link",)),
    Kind.SIGN_IN_NOTICE: Message(template="sign_in_notice", sealed=True, sealed_for=_DAYS, needs=("link",)),
    Kind.EMAIL_CHANGED: Message(template="email_changed"),
    Kind.CUSTOMER_ERASED: Message(template="customer_erased"),
    Kind.EXPORT_READY: Message(template="export_ready"),
    Kind.DELEGATE_INVITED: Message(template="delegate_invited"),
    Kind.DIRECT_ACTION: Message(template="direct_action"),
    Kind.RECIPIENT_INVITED: Message(template="recipient_invited", link=Purpose.CONFIRM),
    Kind.DOCUMENT_COPY: Message(template="document_copy", link=Purpose.UNSUBSCRIBE, brings_document=True),
    Kind.RECEIPT: Message(template="receipt"),
    Kind.PAYMENT_FAILED: Message(template="payment_failed", topic=Topic.COLLECTION),
    Kind.PAYMENT_ACTION_REQUIRED: Message(template="payment_action_required"),
    Kind.CARD_ADDED: Message(template="card_added"),
    Kind.CARD_REMOVED: Message(template="card_removed"),
    Kind.CARD_EXPIRING: Message(template="card_expiring"),
    Kind.TRIAL_ENDING: Message(template="trial_ending", topic=Topic.STANDING),
    Kind.RECOVERED: Message(template="recovered", topic=Topic.STANDING),
    Kind.PLAN_CHANGED: Message(template="plan_changed", topic=Topic.PLAN),
    Kind.QUANTITY_CHANGED: Message(template="quantity_changed", topic=Topic.QUANTITY),
    Kind.PAUSED: Message(template="paused", topic=Topic.STANDING),
    Kind.RESUMING: Message(template="resuming", topic=Topic.STANDING),
    Kind.RESUMED: Message(template="resumed", topic=Topic.STANDING),
    Kind.CANCELLATION: Message(template="cancellation", topic=Topic.STANDING),
    Kind.UNCANCELLATION: Message(template="uncancellation", topic=Topic.STANDING),
    Kind.ENDED: Message(template="ended", topic=Topic.STANDING),
    Kind.REFUND_REQUESTED: Message(template="refund_requested"),
    Kind.REFUND_SUCCEEDED: Message(template="refund_succeeded"),
    Kind.REFUND_FAILED: Message(template="refund_failed"),
    Kind.TICKET_OPENED: Message(template="ticket_opened"),
    Kind.TICKET_ANSWERED: Message(template="ticket_answered"),
    Kind.TICKET_RESOLVED: Message(template="ticket_resolved"),
    Kind.TICKET_INTAKE: Message(template="ticket_intake", audience="helpdesk"),
    Kind.TICKET_INTAKE_ANSWER: Message(template="ticket_intake_answer", audience="helpdesk"),
    Kind.TICKET_REMINDER: Message(template="ticket_reminder", audience="helpdesk"),
    Kind.WEBHOOK_DISABLED: Message(template="webhook_disabled", audience="vendor"),
}
