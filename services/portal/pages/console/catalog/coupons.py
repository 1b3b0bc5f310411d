"""Coupons in the console: what a code takes off, how long, how often, for which plans. What it takes off stays."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from flask import Blueprint, Response, request

from services.portal.actions import coupons as actions
from services.portal.actions.coupons import CodeTaken
from services.portal.pages.console.catalog import lists, saving
from services.portal.pages.console.catalog.reading import Reading, written_moment
from services.portal.pages.console.catalog.shelf import Shelf, serve
from services.portal.queries import catalog, coupons, time
from services.portal.queries.coupons import CouponView
from services.portal.rules.subscriptions.quantity import MOST
from services.portal.schemas.coupons import CODE, DURATIONS, MOST_PERIODS, MOST_PLANS
from services.portal.schemas.products import NAME
from shared.money import EXPONENTS
from shared.web import redirect_to, session, staff

blueprint = Blueprint("console_coupons", __name__, url_prefix="/console/catalog/coupons")

HERE: Final = f"{saving.HOME}/coupons"
KINDS: Final = ("percent", "amount")
_COLUMNS: Final = (
    *("id", "code", "name", "percent_off", "amount_off", "currency", "duration", "periods", "plans", "starts_at"),
    *("expires_at", "max_redemptions", "redeemed", "created_at", "archived_at"),
)


def _update(of_id: str, values: Mapping[str, Any]) -> object:
    return actions.update(session(), coupon_id=of_id, values=values, now=time.now(session()))


serve(
    blueprint,
    Shelf(
        name="coupons",
        of="coupon_id",
        rows=lambda: coupons.coupons(code=None),
        view=coupons.coupon_view,
        columns=_COLUMNS,
        update=_update,
        called="code",
    ),
)


@blueprint.get("")
@staff("read_only")
def show() -> Response:
    """All of them, the newest first."""
    found = lists.found(coupons.coupons(code=None))
    views = [coupons.coupon_view(row) for row in found.rows]
    return lists.show("coupons", found, listed=views, now=time.now(session()))


@blueprint.get("/new")
@staff("admin")
def ask() -> Response:
    """The form for a new one."""
    return _form(None)


@blueprint.post("/new")
@staff("admin")
def create() -> Response:
    """Make one."""
    read = Reading(form=request.form, kind="coupon")
    values = _terms(read) | _values(read, of=None)

    def do() -> Response:
        try:
            made = actions.create(session(), **values, now=time.now(session()))
        except CodeTaken:
            read.refuse("code", "coupon_code_taken")
            return _form(None, read=read)
        return redirect_to(f"{HERE}/{made.id}?done=created")

    return saving.kept(do, read=read, again=lambda **told: _form(None, **told))


@blueprint.get("/<coupon_id>")
@staff("read_only")
def show_one(coupon_id: str) -> Response:
    """One, with its form."""
    return _form(coupons.coupon(session(), coupon_id=coupon_id))


@blueprint.post("/<coupon_id>")
@staff("admin")
def save(coupon_id: str) -> Response:
    """Change its name, limits and time; who has it keeps it."""
    of = coupons.coupon(session(), coupon_id=coupon_id)
    read = Reading(form=request.form, kind="coupon")
    values = _values(read, of=of)

    def do() -> Response:
        now = time.now(session())
        actions.update(session(), coupon_id=coupon_id, values=values, check=saving.check, now=now)
        return redirect_to(f"{HERE}/{coupon_id}?done=saved")

    return saving.kept(do, read=read, again=lambda **told: _form(of, **told))


def _terms(read: Reading) -> dict[str, Any]:
    """What it takes off: that can be said once."""
    code = read.typed("code")
    if not code:
        read.refuse("code", "required")
    elif not CODE.fullmatch(code):
        read.refuse("code", "bad_coupon_code")
    is_percent = (read.one_of("kind", KINDS) or KINDS[0]) == "percent"
    percent = read.percent("percent") if is_percent else None
    if is_percent and not percent and "coupon.percent" not in read.wrong:
        read.refuse("percent", "bad_percent" if read.typed("percent") else "required")
    amount = None if is_percent else read.price("amount", currency="currency")
    if amount is not None and not amount.amount:
        read.refuse("amount", "not_positive")
    duration = read.one_of("duration", DURATIONS) or DURATIONS[0]
    periods = read.number("periods", least=1, most=MOST_PERIODS) if duration == "repeating" else None
    if duration == "repeating" and periods is None:
        read.refuse("periods", "required")
    return {
        "code": code,
        "percent_off": percent,
        "amount_off": amount.amount if amount else None,
        "currency": amount.currency if amount else None,
        "duration": duration,
        "periods": periods,
    }


def _values(read: Reading, *, of: CouponView | None) -> dict[str, Any]:
    plans = read.several("plans")
    if len(plans) > MOST_PLANS:
        read.refuse("plans", "too_many", most=MOST_PLANS)
    starts_at = _moment(read, "starts_at", of.starts_at if of else None)
    expires_at = _moment(read, "expires_at", of.expires_at if of else None)
    if starts_at and expires_at and expires_at <= starts_at:
        read.refuse("expires_at", "expires_before_start")
    return {
        "name": read.needed("name", longest=NAME),
        "plans": [*plans, *_unseen(of)],
        "starts_at": starts_at,
        "expires_at": expires_at,
        "max_redemptions": read.number("max_redemptions", least=1, most=MOST),
    }


def _unseen(of: CouponView | None) -> list[str]:
    """Plans that it is for and that no form offers, such as archived ones: they stay."""
    offered = {each.id for each in catalog.plan_choices(session())}
    return [each for each in of.plans if each not in offered] if of else []


def _moment(read: Reading, name: str, kept: datetime | None) -> datetime | None:
    """A field shows minutes: who leaves it alone leaves the seconds alone too."""
    return kept if kept and read.typed(name) == written_moment(kept) else read.moment(name)


def _form(of: CouponView | None, **told: Any) -> Response:
    return saving.form(
        "coupon",
        kind="coupon",
        kept=_kept(of),
        of=of,
        choices=catalog.plan_choices(session()),
        unseen=catalog.names(session(), _unseen(of)),
        kinds=KINDS,
        durations=DURATIONS,
        currencies=tuple(sorted(EXPONENTS)),
        longest=NAME,
        now=time.now(session()),
        **told,
    )


def _kept(of: CouponView | None) -> dict[str, Any]:
    if of is None:
        currency = catalog.any_currency(session()) or "EUR"
        return {"kind": KINDS[0], "duration": DURATIONS[0], "currency": currency, "plans": []}
    return {
        "name": of.name,
        "plans": of.plans,
        "starts_at": written_moment(of.starts_at),
        "expires_at": written_moment(of.expires_at),
        "max_redemptions": of.max_redemptions,
    }
