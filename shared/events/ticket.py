"""Tickets, told by portal."""

from dataclasses import dataclass

from shared.events.base import Event


@dataclass(frozen=True, kw_only=True)
class TicketOpened(Event):
    """A customer asked for something that people decide; `intake` is the address of the helpdesk, if it has one."""

    name = "ticket.opened"
    version = 1

    ticket: str
    customer: str
    helpdesk: str | None
    kind: str
    subject: str
    intake: str | None
    subscription: str | None
    payment: str | None
    message: str
    locale: str | None


@dataclass(frozen=True, kw_only=True)
class TicketAnswered(Event):
    """Somebody wrote in a ticket: `author` is `customer`, `staff`, or `system` for a reminder to staff."""

    name = "ticket.answered"
    version = 1

    ticket: str
    customer: str
    helpdesk: str | None
    kind: str
    subject: str
    author: str
    message: str
    number: int
    locale: str | None


@dataclass(frozen=True, kw_only=True)
class TicketResolved(Event):
    """A ticket is done: `resolution` is `approved`, `declined` or `closed`; `message` is what staff said, or null."""

    name = "ticket.resolved"
    version = 1

    ticket: str
    customer: str
    helpdesk: str | None
    kind: str
    subject: str
    resolution: str
    message: str | None
    locale: str | None
