"""Further addresses of a customer's documents: added, asked again, changed and removed by the customer."""

from collections.abc import Callable
from typing import Final

from flask import Blueprint, Response, request

from services.portal.actions import recipients as actions
from services.portal.pages.customer import shell
from services.portal.queries import agreements, customers, time
from services.portal.queries import recipients as queries
from services.portal.queries.customers import CustomerView
from services.portal.queries.portals import PortalView
from services.portal.rules.customers.recipients import DOCUMENTS, MOST
from services.portal.rules.policy import Action
from shared import clock
from shared.errors import Conflict, Invalid, NotFound, TooMany
from shared.web import caller, customer, redirect_to, session

blueprint = Blueprint("recipients", __name__, url_prefix="/p/<slug>/details/recipients")

_DONE: Final = ("added", "asked", "changed", "removed")
_LONGEST: Final = 400
"""Characters of an address that are looked at; the rule says how many it may have."""


@blueprint.get("", strict_slashes=False)
@customer
def show(slug: str) -> Response:
    """The addresses, and how each stands."""
    portal = shell.open_portal(slug)
    mine = _chosen(request.args.get("customer"))
    _require(portal)
    return _page(portal, mine)


@blueprint.post("", strict_slashes=False)
@customer
def add(slug: str) -> Response:
    """Have an address asked."""
    return _do(
        slug,
        "added",
        lambda mine: actions.add(
            session(),
            customer_id=mine.id,
            email=request.form.get("email", "")[:_LONGEST],
            documents=request.form.getlist("documents"),
            now=clock.now(),
        ),
    )


@blueprint.post("/<recipient_id>/resend")
@customer
def resend(slug: str, recipient_id: str) -> Response:
    """Ask once more."""
    return _do(
        slug,
        "asked",
        lambda mine: actions.ask_again(session(), customer_id=mine.id, recipient_id=recipient_id[:40], now=clock.now()),
    )


@blueprint.post("/<recipient_id>/documents")
@customer
def choose(slug: str, recipient_id: str) -> Response:
    """Other documents go there."""
    return _do(
        slug,
        "changed",
        lambda mine: actions.change(
            session(),
            customer_id=mine.id,
            recipient_id=recipient_id[:40],
            documents=request.form.getlist("documents"),
            now=clock.now(),
        ),
    )


@blueprint.post("/<recipient_id>/removal")
@customer
def remove(slug: str, recipient_id: str) -> Response:
    """Send nothing there any more."""
    return _do(
        slug,
        "removed",
        lambda mine: actions.remove(session(), customer_id=mine.id, recipient_id=recipient_id[:40], now=clock.now()),
    )


def _do(slug: str, done: str, act: Callable[[CustomerView], object]) -> Response:
    portal = shell.open_portal(slug)
    mine = _chosen(request.form.get("customer"))
    _require(portal)
    actions.tell(session(), time.seen_by(session(), caller()), customer_id=mine.id, now=time.now(session()))
    try:
        act(mine)
    except Invalid as invalid:
        return _page(portal, mine, wrong=tuple((each.field, each.code) for each in invalid.fields), status=422)
    except Conflict as refused:
        return _page(portal, mine, trouble=refused.code, status=409)
    except TooMany as refused:
        return _page(portal, mine, trouble=refused.code, status=429)
    return redirect_to(f"{shell.home(slug)}/details/recipients?customer={mine.id}&done={done}")


def _require(portal: PortalView) -> None:
    """Raises StepUpRequired and the refusal of the policy: whoever may not change details sees no addresses either."""
    actions.require(time.seen_by(session(), caller()), portal=portal, now=time.now(session()))


def _chosen(wanted: str | None) -> CustomerView:
    """One of the customers signed in, the first unless another is named. Raises NotFound."""
    mine = customers.in_scope(session())
    found = next((each for each in mine if wanted in (None, "", each.id)), None)
    if found is None:
        raise NotFound
    return found


def _page(
    portal: PortalView,
    mine: CustomerView,
    *,
    wrong: tuple[tuple[str, str], ...] = (),
    trouble: str | None = None,
    status: int = 200,
) -> Response:
    people = customers.in_scope(session())
    rows = queries.of_customer(session(), customer_id=mine.id)
    done = request.args.get("done")
    return shell.show(
        "portal/customer/details/recipients.html",
        portal=portal,
        of=people,
        status=status,
        people=people,
        mine=mine,
        rows=rows,
        kinds=DOCUMENTS,
        most=MOST,
        typed=request.form.get("email", "")[:_LONGEST] if status != 200 else "",
        wrong=dict(wrong),
        trouble=trouble,
        done=done if done in _DONE and status == 200 else None,
    )


def is_offered(portal: PortalView) -> bool:
    """Whether whoever asks may say where documents go."""
    return agreements.answer(
        Action.UPDATE_DETAILS,
        by=time.seen_by(session(), caller()),
        portal=portal,
        now=time.now(session()),
    ).is_allowed
