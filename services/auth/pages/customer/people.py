"""The customer's own people: who has access, letting somebody in, giving another role, sending away."""

from flask import Blueprint, Response, request

from services.auth.actions import delegates as actions
from services.auth.actions.delegates import Invitation
from services.auth.pages.customer import portal as shell
from services.auth.queries import delegates
from services.auth.queries.delegates import DelegateView
from services.auth.queries.portals import PortalView
from services.auth.queries.sessions import SessionView
from services.auth.rules import delegate as rule
from services.auth.rules.delegate import Role
from services.auth.rules.session import is_fresh
from services.auth.rules.ways_in import Assurance
from services.auth.settings import Settings
from shared import addresses, clock
from shared.errors import Conflict, Invalid, NotFound, StepUpRequired, TooMany
from shared.web import caller, customer, redirect_to, render, session, settings
from shared.web.access import ChoiceRequired, SignInRequired

blueprint = Blueprint("people", __name__, url_prefix="/p/<slug>/people")

LONGEST_TYPED = 320


@blueprint.get("")
@customer
def show(slug: str) -> Response:
    """Who has access. Whoever may not decide sees their own line alone."""
    with shell.entered(slug) as portal:
        return _page(portal, current(portal))


@blueprint.post("")
@customer
def invite(slug: str) -> Response:
    """Let somebody in by mail."""
    with shell.entered(slug) as portal:
        mine = _deciding(portal)
        invitation = Invitation(
            customer=mine.customers[0],
            email=request.form.get("email", "")[:LONGEST_TYPED],
            name=request.form.get("name", "")[: rule.LONGEST_NAME],
            role=request.form.get("role", ""),
        )
        public_url = settings(Settings).public_url
        try:
            actions.invite(
                session(), invitation, portal=portal, by=caller().actor, public_url=public_url, now=clock.now()
            )
        except (Invalid, Conflict, TooMany) as refusal:
            return _page(portal, mine, wrong=refusal.code, typed=invitation)
        return redirect_to(f"/p/{slug}/people")


@blueprint.post("/<delegate_id>/role")
@customer
def change(slug: str, delegate_id: str) -> Response:
    """Give somebody another role."""
    with shell.entered(slug) as portal:
        mine, role = _deciding(portal), request.form.get("role", "")
        actions.change(session(), delegate_id=delegate_id, customer=mine.customers[0], role=role, by=caller().actor)
        return redirect_to(f"/p/{slug}/people")


@blueprint.post("/<delegate_id>/revoke")
@customer
def revoke(slug: str, delegate_id: str) -> Response:
    """Send somebody away; oneself, whatever one's role."""
    with shell.entered(slug) as portal:
        mine = proven(portal)
        if delegate_id != mine.delegate:
            rule.require_manager(mine.role)
        actions.revoke(
            session(), delegate_id=delegate_id, customer=mine.customers[0], by=caller().actor, now=clock.now()
        )
        return shell.leave(portal) if delegate_id == mine.delegate else redirect_to(f"/p/{slug}/people")


@blueprint.post("/ownership")
@customer
def accept_ownership(slug: str) -> Response:
    """Confirm that one is an owner from now on, as the customer asked."""
    with shell.entered(slug) as portal:
        mine = proven(portal)
        if mine.delegate is None:
            raise NotFound
        actions.accept_ownership(session(), delegate_id=mine.delegate, by=caller().actor)
        return redirect_to(f"/p/{slug}/people")


def current(portal: PortalView) -> SessionView:
    """The session of this portal's own in which one customer is seen. Raises SignInRequired, ChoiceRequired."""
    found = shell.current(portal)
    if found is None:  # it ended meanwhile, or it is one of the global portal, which is of no one vendor
        raise SignInRequired(slug=portal.slug)
    if len(found.customers) != 1:
        raise ChoiceRequired(slug=portal.slug)
    return found


def proven(portal: PortalView) -> SessionView:
    """Fresh proof, whatever ways in the portal lets act without. Raises StepUpRequired."""
    mine = current(portal)
    if not is_fresh(assurance=mine.assurance, proven_at=mine.proven_at, now=clock.now()):
        raise StepUpRequired(slug=portal.slug)
    return mine


def _deciding(portal: PortalView) -> SessionView:
    """The same, for who decides. A role that never may is told so at once. Raises RoleNotAllowed, StepUpRequired."""
    rule.require_manager(current(portal).role)
    return proven(portal)


def _page(
    portal: PortalView, mine: SessionView, *, wrong: str | None = None, typed: Invitation | None = None
) -> Response:
    may_decide = rule.may_manage(mine.role) and mine.staff is None
    everybody = delegates.of_customer(session(), mine.customers[0])
    own = next((each for each in everybody if each.id == mine.delegate), None)
    return render(
        "auth/people.html",
        status=422 if wrong else 200,
        brand=shell.brand(portal),
        portal=portal,
        may_decide=may_decide,
        people=everybody if rule.may_manage(mine.role) else [each for each in everybody if each is own],
        own=own,
        shown={each.id: _shown(mine, each) for each in everybody},
        roles=[role.value for role in Role],
        wrong=wrong,
        typed=typed,
    )


def _shown(mine: SessionView, each: DelegateView) -> str:
    """Their address; masked for whoever proved little."""
    return each.email if mine.assurance == Assurance.VERIFIED else addresses.mask(each.email)
