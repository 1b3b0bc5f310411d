"""Coming back after the end: a new subscription on the same plan or another, charged now, without a second trial."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.portal.actions.payments import bills, po_numbers
from services.portal.actions.sources import asking
from services.portal.actions.subscriptions import agreeing, coupons, first_charge
from services.portal.actions.subscriptions.loading import Loaded, load, permission
from services.portal.actions.subscriptions.preview import Due, Preview
from services.portal.actions.subscriptions.start import columns, has_card, start
from services.portal.actions.support import requests
from services.portal.models import Coupon, Customer, Plan, Product, Subscription
from services.portal.queries import agreements
from services.portal.queries.tickets import TicketView
from services.portal.rules.assurance import Requester
from services.portal.rules.payments.outcome import Result
from services.portal.rules.policy import Action, Decision
from services.portal.rules.products import coupon as coupon_rule
from services.portal.rules.sources import support
from services.portal.rules.subscriptions import resubscription
from services.portal.rules.subscriptions.lifecycle import RUNNING, Status
from services.portal.rules.subscriptions.resubscription import Offer, Wish
from shared import ids
from shared.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class Resubscribed:
    """The new subscription, and the charge to make. `outcome`: that charge is settled already.

    `ticket`: a person decides first, and `subscription` is the one that ended. `sources`: the call to carry out, where
    it is billed elsewhere; with it the new one begins.
    """

    subscription: str
    resubscribed_from: str
    intent: bills.Intent | None
    outcome: Result | None
    payment: str | None
    ticket: TicketView | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Target:
    """What is come back to."""

    plan: Plan
    product: Product


def resubscribe(
    session: Session,
    *,
    subscription_id: str,
    by: Requester,
    plan: str | None = None,
    coupon: str | None = None,
    payment_method: str | None = None,
    key: str = "",
    confirmation: str | None = None,
    now: datetime,
) -> Resubscribed:
    """Come back. A customer brings the `confirmation` of the charge that was shown. Carry out the `intent` afterwards.

    Raises NotFound, InvalidState, AlreadySubscribed, PlanNotOffered, CouponNotOffered, PlanArchived, NoPaymentMethod,
    StepUpRequired, ConfirmationInvalid, PreviewOutdated, and what the coupon and the policy refuse with.
    """
    loaded = load(session, subscription_id=subscription_id, by=by, lock=True)
    is_manual = permission(Action.RESUBSCRIBE, loaded, by=by, now=now).decision is Decision.NEEDS_APPROVAL
    session.execute(select(Customer.id).where(Customer.id == loaded.row.customer).with_for_update())
    if by.kind == "customer":
        po_numbers.require(session, loaded.row)
    given = {"plan": plan, "coupon": coupon, "payment_method": payment_method}
    agreeing.agree(
        session,
        loaded,
        action=Action.RESUBSCRIBE,
        previewer=preview_resubscription,
        given=given,
        by=by,
        key=key,
        confirmation=confirmation,
        now=now,
    )
    if is_manual:
        return _asked(session, loaded, given, by=by, now=now)
    return _begin(session, loaded.row, given, off_session=by.kind != "customer", now=now)


def _begin(
    session: Session, row: Subscription, given: Mapping[str, Any], *, off_session: bool, now: datetime
) -> Resubscribed:
    """The new subscription, in the old one's quantity, and its first charge."""
    if support.is_elsewhere(row.source):
        return _begin_elsewhere(session, row, given, now=now)
    made = start(
        session,
        customer=row.customer,
        plan=given["plan"] or row.plan,
        quantity=row.quantity,
        collection="automatic",
        payment_method=given["payment_method"],
        coupon=given["coupon"],
        po_number=row.po_number,
        resubscribed_from=row.id,
        off_session=off_session,
        now=now,
    )
    return Resubscribed(
        subscription=made.id,
        resubscribed_from=row.id,
        intent=made.intent,
        outcome=made.outcome,
        payment=made.payment,
    )


def _begin_elsewhere(session: Session, row: Subscription, given: Mapping[str, Any], *, now: datetime) -> Resubscribed:
    """Its source begins it, under an id of ours, by which it is known when it is there."""
    plan = given["plan"] or row.plan
    code = given["coupon"]
    coupon = None if code is None else coupons.find(session, row, code=code, now=now).coupon
    ours = ids.new("sub")
    params = {
        "ours": ours,
        "customer": session.scalar(select(Customer.source_id).where(Customer.id == row.customer)),
        "plan": session.scalar(select(Plan.source_id).where(Plan.id == plan)),
        "quantity": row.quantity,
        "coupon": None if coupon is None else session.scalar(select(Coupon.source_id).where(Coupon.id == coupon)),
    }
    call = asking.ask(session, row, action=Action.RESUBSCRIBE, params=params, now=now)
    return Resubscribed(
        subscription=ours, resubscribed_from=row.id, intent=None, outcome=None, payment=None, sources=(call,)
    )


def _asked(session: Session, loaded: Loaded, given: Mapping[str, Any], *, by: Requester, now: datetime) -> Resubscribed:
    """Nothing begins; staff decide about the ticket."""
    ticket = requests.open_request(
        session,
        kind=Action.RESUBSCRIBE.value,
        loaded_or_payment=loaded,
        request=given,
        by=by,
        portal_feature=None,
        now=now,
    )
    return Resubscribed(
        subscription=loaded.row.id,
        resubscribed_from=loaded.row.id,
        intent=None,
        outcome=None,
        payment=None,
        ticket=ticket,
    )


def preview_resubscription(
    session: Session, loaded: Loaded, *, given: Mapping[str, Any], by: Requester, now: datetime
) -> Preview:
    """What `POST …/preview` answers. Raises what `resubscribe` raises."""
    answer = permission(Action.RESUBSCRIBE, loaded, by=by, now=now)
    row, code = loaded.row, given.get("coupon")
    target = _target(session, loaded, given.get("plan"))
    resubscription.decide(
        status=agreements.status_at(row, now=now),
        wish=Wish(other_plan=target.plan.id != row.plan, coupon=code is not None),
        offer=offer_of(loaded),
        is_plan_archived=target.plan.archived_at is not None or target.product.archived_at is not None,
        has_running_one=_has_running_one(session, row.customer, target.product.id, now=now),
        has_payment_method=support.is_elsewhere(row.source)
        or has_card(session, row.customer, given.get("payment_method")),
    )
    return _preview(session, loaded, target, code, given.get("payment_method"), answer.decision, now=now)


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a customer may choose on coming back; `plans` are names by id, with the one they had first."""

    plans: tuple[tuple[str, str], ...]
    coupon: bool


def choices(session: Session, *, subscription_id: str, by: Requester) -> Choices:
    """The plans to come back to, and whether a coupon is taken. Raises NotFound."""
    loaded = load(session, subscription_id=subscription_id, by=by, lock=False)
    offered = offer_of(loaded)
    own = (loaded.plan.id, loaded.plan.name)
    if not offered.other_plan:
        return Choices(plans=(own,), coupon=offered.coupon)
    is_near = Plan.product == loaded.product.id
    if loaded.plan.plan_group is not None:
        is_near = is_near | (Plan.plan_group == loaded.plan.plan_group)
    others = session.execute(
        select(Plan.id, Plan.name).where(is_near, Plan.archived_at.is_(None), Plan.id != loaded.plan.id)
    )
    named = sorted(((each.id, each.name) for each in others), key=lambda each: each[1])
    return Choices(plans=(own, *named), coupon=offered.coupon)


def offer_of(loaded: Loaded) -> Offer:
    """What the portal gives on coming back; a vendor's key has both."""
    if loaded.portal is None:
        return Offer(other_plan=True, coupon=True)
    features = loaded.portal.features
    return Offer(
        other_plan=features.resubscribe.allow_plan_change and features.update.price,
        coupon=features.resubscribe.allow_coupon,
    )


def _preview(
    session: Session,
    loaded: Loaded,
    target: _Target,
    code: str | None,
    payment_method: str | None,
    decision: Decision,
    *,
    now: datetime,
) -> Preview:
    """The first charge, as the one that will be made: of a subscription that nobody keeps."""
    row = loaded.row
    values = columns(target.plan, target.product, customer=row.customer, quantity=row.quantity, anchor=now, now=now)
    own = {"collection": "automatic", "payment_method": payment_method, "source": row.source}
    planned = Subscription(**values | own)
    if code is not None:
        planned.discount = coupon_rule.stored(coupons.find(session, planned, code=code, now=now))
    charge = first_charge.charge_now(session, planned, description=target.plan.name, now=now)
    totals = charge.totals
    due = Due(lines=tuple(charge.lines), net=totals.net, tax=totals.tax, total=totals.total, currency=totals.currency)
    return Preview(
        action="resubscribe",
        subscription=row.id,
        decision=decision,
        effective_at=now,
        due_now=due,
        next_charge=first_charge.following(session, planned, charge),
        plan=target.plan.id,
        quantity=row.quantity,
    )


def _target(session: Session, loaded: Loaded, plan: str | None) -> _Target:
    """The plan that is wanted. Customers see those of the product and of the plan's group; else NotFound."""
    if plan is None or plan == loaded.plan.id:
        return _Target(plan=loaded.plan, product=loaded.product)
    found = session.execute(
        select(Plan, Product).join(Product, Product.id == Plan.product).where(Plan.id == plan)
    ).one_or_none()
    if found is None:
        raise NotFound
    of_plan, of_product = found
    if (of_plan.source_id is not None) != support.is_elsewhere(loaded.row.source):
        raise NotFound  # each source bills its own
    same_group = loaded.plan.plan_group is not None and of_plan.plan_group == loaded.plan.plan_group
    if loaded.portal is not None and not same_group and of_product.id != loaded.product.id:
        raise NotFound
    return _Target(plan=of_plan, product=of_product)


def _has_running_one(session: Session, customer: str, product: str, *, now: datetime) -> bool:
    running = select(Subscription.id).where(
        Subscription.customer == customer,
        Subscription.product == product,
        Subscription.status.in_(RUNNING),
        or_(Subscription.status != Status.CANCELED, Subscription.ends_at > now),
    )
    return session.scalar(running.limit(1)) is not None
