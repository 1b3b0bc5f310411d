"""Helpdesks, tickets and refunds."""

from typing import Any

import marshmallow as ma

from services.portal.rules.support.due import LEAST_HOURS, MOST_HOURS
from services.portal.rules.support.ticket import KINDS, TicketStatus
from services.portal.schemas.base import (
    Bool,
    Versioned,
    choice,
    moment,
    page_of,
    reference,
    shown,
    shown_number,
    text,
)
from shared.money import LARGEST
from shared.web.fields import Int, Schema, Str
from shared.web.paging import PageArgs

MOST_DEPARTMENTS = 20
LONGEST_MESSAGE = 4_000
REFUND_STATUSES = ("requested", "pending", "unknown", "succeeded", "failed", "denied")


def _departments() -> Any:
    names = text(80, "A department")
    return ma.fields.List(names, validate=ma.validate.Length(0, MOST_DEPARTMENTS))


def _url() -> Str:
    about = "The desk's own page elsewhere, https"
    return Str(validate=ma.validate.Length(1, 2_000), metadata={"description": about}, allow_none=True)


def _email() -> Str:
    about = "Where new tickets are mailed to"
    return Str(validate=ma.validate.Length(3, 320), metadata={"description": about}, allow_none=True)


def _answer_hours() -> Int:
    about = "Within how many hours customers are to be answered; null: no promise. Counts from the next word on"
    return Int(validate=ma.validate.Range(LEAST_HOURS, MOST_HOURS), metadata={"description": about}, allow_none=True)


class NewHelpdesk(Schema):
    """A helpdesk to be made."""

    name = text(200, "What it is called", required=True)
    email = _email()
    url = _url()
    departments = _departments()
    answer_hours = _answer_hours()


class HelpdeskChange(Schema):
    """What may change about a helpdesk."""

    name = text(200, "What it is called")
    email = _email()
    url = _url()
    departments = _departments()
    answer_hours = _answer_hours()
    archived = Bool(metadata={"description": "Put away: takes no more tickets"})


class Helpdesk(Versioned):
    """Where tickets go."""

    id = shown("`hd_…`")
    name = shown("What it is called")
    email = shown("Where new tickets are mailed to", allow_none=True)
    url = shown("The desk's own page elsewhere", allow_none=True)
    departments = ma.fields.List(ma.fields.String())
    answer_hours = shown_number("Within how many hours customers are to be answered", allow_none=True)
    archived_at = moment("When it was put away", allow_none=True)


class NewTicket(Schema):
    """A ticket that the vendor opens for a customer."""

    customer = reference("Whose it is", required=True)
    subject = text(200, "What it is about", required=True)
    message = text(LONGEST_MESSAGE, "What is said", lines=True, required=True)
    helpdesk = reference("Where it goes", load_default=None, allow_none=True)
    department = text(80, "One of the helpdesk's departments", load_default=None, allow_none=True)


class Words(Schema):
    """An answer."""

    message = text(LONGEST_MESSAGE, "What is said", lines=True, required=True)


class Verdict(Schema):
    """An optional sentence with a decision."""

    message = text(LONGEST_MESSAGE, "What the customer is told", lines=True, load_default=None, allow_none=True)


class Ticket(Schema):
    """One conversation, about a question or a request."""

    id = shown("`tkt_…`")
    customer = shown("Whose it is")
    helpdesk = shown("Where it went", allow_none=True)
    department = shown("Of the helpdesk", allow_none=True)
    subscription = shown("What it is about", allow_none=True)
    payment = shown("What it is about", allow_none=True)
    kind = shown(", ".join(f"`{each}`" for each in KINDS))
    subject = shown("What it is about, in words")
    request = ma.fields.Dict(allow_none=True, metadata={"description": "What is asked for; null for a question"})
    status = shown("`open`, `answered`, `approved`, `declined` or `closed`")
    opened_at = moment("When it was opened")
    changed_at = moment("When something last happened in it")
    resolved_at = moment("When it was decided or closed", allow_none=True)
    due_at = moment("By when staff are to answer; null while nothing is due", allow_none=True)
    revision = shown_number("Grows with every change; also the ETag")


class TicketMessage(Schema):
    """One message, plain text."""

    number = shown_number("Counts from 1")
    author = shown("`customer`, `staff` or `system`")
    author_id = shown("Who exactly")
    body = shown("What was said; card numbers are masked")
    at = moment("When")


class Foreseen(Schema):
    """What approval would do now. Amounts in minor units."""

    action = shown("What would be done")
    given_back = shown_number("What would go back to the customer", allow_none=True)
    charged = shown_number("What would be charged", allow_none=True)
    currency = shown("ISO 4217", allow_none=True)
    effective_at = moment("When it would take effect", allow_none=True)
    ends_at = moment("When the subscription would end", allow_none=True)
    obstacle = shown("The code of why it would be refused", allow_none=True)


class Thread(Ticket):
    """A ticket with all that was said, oldest first, and what approval would do."""

    messages = ma.fields.List(ma.fields.Nested(TicketMessage))
    on_approval = ma.fields.Nested(Foreseen, allow_none=True)


class NewRefund(Schema):
    """Money to be given back."""

    payment = reference("Which payment", required=True)
    amount = Int(
        load_default=None,
        allow_none=True,
        validate=ma.validate.Range(1, LARGEST),
        metadata={"description": "Minor units of the payment's currency; all that is left if left out"},
    )
    reason = text(40, "Why, in a word", load_default=None, allow_none=True)
    comment = text(1000, "Why, in words", lines=True, load_default=None, allow_none=True)


class Refund(Schema):
    """Money that goes back. `unknown`: the processor has not answered yet and is asked again."""

    id = shown("`re_…`")
    payment = shown("Of which payment")
    customer = shown("To whom")
    ticket = shown("Where a person decides about it", allow_none=True)
    amount = shown_number("Minor units")
    currency = shown("ISO 4217")
    reason = shown("Why, in a word", allow_none=True)
    comment = shown("Why, in words", allow_none=True)
    cause = shown("`asked`, or `unused_time` after a cancel")
    status = shown("`requested`, `pending`, `unknown`, `succeeded`, `failed` or `denied`")
    created_at = moment("When it was asked for")
    settled_at = moment("When it was done, failed or denied", allow_none=True)


HelpdeskPage = page_of(Helpdesk)
TicketPage = page_of(Ticket)
RefundPage = page_of(Refund)


class TicketArgs(PageArgs):
    """Which tickets."""

    customer = reference("Those of this customer", load_default=None)
    status = choice(tuple(each.value for each in TicketStatus), "Those in this state", load_default=None)
    helpdesk = reference("Those of this helpdesk", load_default=None)
    subscription = reference("Those about this subscription", load_default=None)
    payment = reference("Those about this payment", load_default=None)
    kind = choice(KINDS, "Those of this kind", load_default=None)
    late = ma.fields.Boolean(
        load_default=None, metadata={"description": "Those whose answer was due before now, or all others"}
    )
    search = text(
        200,
        "Those with these words in the subject or a message, and those of customers whose e-mail, name, company or"
        " reference begins so",
        load_default=None,
    )
    sort = choice(("due",), "What is due soonest first, instead of the newest", load_default=None)


class RefundArgs(PageArgs):
    """Which refunds."""

    payment = reference("Those of this payment", load_default=None)
    customer = reference("Those to this customer", load_default=None)
    status = choice(REFUND_STATUSES, "Those in this state", load_default=None)
