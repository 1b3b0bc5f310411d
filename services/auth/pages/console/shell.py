"""Auth's pages in the console: who is in it, what that person can do, and what is asked anew before it is done."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar

from flask import Response

from services.auth.queries import staff as known
from services.auth.queries import vendors
from services.auth.queries.staff import StaffView
from services.auth.rules import roles
from services.auth.rules.roles import Ability, Role
from services.auth.rules.session import SessionEnded
from shared import clock
from shared.errors import Invalid, NotFound, Refusal, StepUpRequired
from shared.i18n import text
from shared.places import CONSOLE
from shared.web import Caller, caller, console, session, staff
from shared.web.access import SignInRequired
from shared.web.console import LONGEST, answered, chosen, status_of
from shared.web.console_standing import Standing, Workplace
from shared.web.htmx import language

__all__ = [
    "HOME",
    "LONGEST",
    "answered",
    "ask_here",
    "by_field",
    "chosen",
    "may",
    "own_scopes",
    "role_of",
    "show",
    "status_of",
    "who",
]

View = TypeVar("View", bound=Callable[..., Any])
HOME: Final = "/console/access"


def may(ability: Ability) -> Callable[[View], View]:
    """The access mark of a view of the console: whoever has this ability, and signed in lately if it is sensitive."""

    def mark(view: View) -> View:
        return staff(roles.least(ability))(_lately(view) if ability in roles.SENSITIVE else view)

    return mark


def _lately(view: View) -> Any:
    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> Any:
        if not roles.is_fresh(proven_at=caller().proven_at, now=clock.now()):
            raise StepUpRequired(slug=CONSOLE)
        return view(*args, **kwargs)

    return checked


def who() -> StaffView:
    """Who is in the console. Raises SignInRequired where that ended between the gateway's question and ours."""
    try:
        return known.by_id(session(), caller().session or "", clock.now())
    except SessionEnded:
        raise SignInRequired(slug=CONSOLE) from None


def ask_here(whom: Caller) -> Standing | None:
    """What the console's shell shows of whoever the session is of; a `shared.web.console_standing.Asker`."""
    try:
        user = known.by_id(session(), whom.session or "", clock.now())
    except SessionEnded:
        return None
    of = vendors.one(session(), user.vendor)
    return Standing(
        user=user.user,
        email=user.email,
        name=known.one(session(), user.user, vendor=user.vendor).name,
        vendor_name=of.display_name,
        locale=of.default_locale,
        workplaces=tuple(
            Workplace(user=each.user, vendor_name=each.vendor_name)
            for each in known.employments(session(), email_key=user.email_key)
        ),
    )


def own_scopes() -> frozenset[str]:
    """What of the API the present user may hand on."""
    return roles.SCOPES_OF[who().role]


def show(template: str, *, refusal: Refusal | None = None, status: int = 200, **views: Any) -> Response:
    """A page in the console's shell; with a refusal, what was refused stands above it."""
    return console.show(
        template,
        refusal=refusal,
        status=status,
        abilities=roles.ROLES[who().role],
        Ability=Ability,
        **views,
    )


def by_field(refusal: Invalid) -> dict[str, str]:
    """A sentence for each field that is wrong; a field of the vendor's profile by its own name."""
    return {
        each.field.removeprefix("profile."): text(f"errors.field.{each.code}", language(), **dict(each.params))
        for each in reversed(refusal.fields)
    }


def role_of(given: str) -> Role:
    """The role a form names. Raises NotFound for what no form of ours offers."""
    try:
        return Role(given)
    except ValueError:
        raise NotFound from None
