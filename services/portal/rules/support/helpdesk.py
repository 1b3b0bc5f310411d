"""DECIDES what a helpdesk may be, and whether it may go.

A helpdesk has a name. Where its tickets are handled by mail it has an intake address; where they are handled on a page
elsewhere, that page's https address. It may have departments, each named once, and promise an answer within so many
hours (`due.py`). One that a portal sends tickets to, or
that has tickets waiting, is in use: it is neither archived nor deleted. One that ever had a ticket is archived and not
deleted, so that the ticket keeps its place.

Worked example: "Billing", help@larkfield.example, departments Refunds and Cancellations. The test portal sends its
refund requests there: archiving it is refused with `helpdesk_in_use`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from services.portal.rules.support.due import LEAST_HOURS, MOST_HOURS
from shared.errors import Conflict, FieldError, Invalid

MOST_DEPARTMENTS: Final = 20
_EMAIL: Final = re.compile(r"[^@\s<>\",;:()\[\]\\]{1,64}@[A-Za-z0-9.-]{1,253}\.[A-Za-z]{2,63}")


class HelpdeskInUse(Conflict):
    """Portals send tickets there, or tickets wait in it."""

    code = "helpdesk_in_use"


class HelpdeskHasTickets(Conflict):
    """Tickets belong to it; it can be archived, not deleted."""

    code = "helpdesk_has_tickets"


class HelpdeskArchived(Conflict):
    """It takes no more tickets."""

    code = "helpdesk_archived"


@dataclass(frozen=True, kw_only=True)
class Use:
    """What hangs on it."""

    portals: int
    waiting: int
    tickets: int


def check(*, email: str | None, url: str | None, departments: Sequence[str], answer_hours: int | None = None) -> None:
    """Return when these make a helpdesk. Raises Invalid."""
    problems = []
    if email is not None and not _EMAIL.fullmatch(email):
        problems.append(FieldError.of("email", "bad_email"))
    if url is not None and not is_https(url):
        problems.append(FieldError.of("url", "bad_url"))
    if len({each.strip().casefold() for each in departments}) != len(departments):
        problems.append(FieldError.of("departments", "not_unique"))
    if len(departments) > MOST_DEPARTMENTS:
        problems.append(FieldError.of("departments", "too_many", most=MOST_DEPARTMENTS))
    if answer_hours is not None and not LEAST_HOURS <= answer_hours <= MOST_HOURS:
        problems.append(FieldError.of("answer_hours", "out_of_range", least=LEAST_HOURS, most=MOST_HOURS))
    if problems:
        raise Invalid(*problems)


def decide(*, use: Use, is_deleting: bool) -> None:
    """Return when it may be archived, or deleted. Raises HelpdeskInUse, HelpdeskHasTickets."""
    if use.portals or use.waiting:
        raise HelpdeskInUse(portals=use.portals, tickets=use.waiting)
    if is_deleting and use.tickets:
        raise HelpdeskHasTickets(tickets=use.tickets)


def is_https(url: str) -> bool:
    """Whether it is a complete https address that names nobody."""
    try:
        parts = urlsplit(url)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        return False
    is_whole = bool(parts.hostname) and not parts.username and not any(each.isspace() for each in url)
    return parts.scheme == "https" and is_whole and has_port
