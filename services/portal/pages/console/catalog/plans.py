"""Plans in the console: the prices of products. What runs keeps its price, so a new price is a page of its own."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from flask import Blueprint, Response, request

from services.portal.actions import prices
from services.portal.actions import products as actions
from services.portal.pages.console.catalog import lists, plan_meters, saving, seen
from services.portal.pages.console.catalog.reading import Reading
from services.portal.pages.console.catalog.shelf import Shelf, serve
from services.portal.queries import catalog, products
from services.portal.queries.products import PlanView
from services.portal.rules.products.benefits import FEATURE_LENGTH, MOST_FEATURES
from services.portal.rules.subscriptions.period import Interval
from services.portal.schemas.base import CANCEL_SETTINGS, CANCEL_TIMINGS
from services.portal.schemas.products import LONGEST_TRIAL, LONGEST_WINDOW, MESSAGE, MOST_INTERVALS, NAME
from shared import clock
from shared.money import EXPONENTS, Money
from shared.web import console, redirect_to, session, staff

blueprint = Blueprint("console_plans", __name__, url_prefix="/console/catalog/plans")

HERE: Final = f"{saving.HOME}/plans"
INTERVALS: Final = tuple(each.value for each in Interval)
_COLUMNS: Final = (
    *("id", "name", "product", "currency", "unit_amount", "interval", "interval_count", "plan_group", "trial_days"),
    *("features", "refund_window_days", "cancel", "created_at", "archived_at"),
)


def _update(of_id: str, values: Mapping[str, Any]) -> object:
    return actions.update_plan(session(), plan_id=of_id, values=values, now=clock.now())


serve(
    blueprint,
    Shelf(
        name="plans",
        of="plan_id",
        rows=lambda: products.plans(product_id=None),
        listed=lambda: products.plans(product_id=lists.of("product")),
        view=products.plan_view,
        columns=_COLUMNS,
        update=_update,
    ),
)


@blueprint.get("")
@staff("read_only")
def show() -> Response:
    """All of them or a product's, the newest first."""
    found = lists.found(products.plans(product_id=lists.of("product")))
    views = [products.plan_view(row) for row in found.rows]
    related = {each.product for each in views} | {each.plan_group for each in views} | {lists.of("product")}
    return lists.show(
        "plans",
        found,
        listed=views,
        names=catalog.names(session(), related),
        subscribers=catalog.subscribers(session(), [each.id for each in views]),
    )


@blueprint.get("/new")
@staff("admin")
def ask() -> Response:
    """The form for a new one."""
    return _form(None)


@blueprint.post("/new")
@staff("admin")
def create() -> Response:
    """Make one."""
    read = Reading(form=request.form, kind="plan")
    product = read.typed("product")
    if not product:
        read.refuse("product", "required")
    price = read.price("price", currency="currency")
    values = _values(read, of=None) | {
        "interval": read.one_of("interval", INTERVALS) or Interval.MONTH.value,
        "interval_count": read.number("interval_count", least=1, most=MOST_INTERVALS) or 1,
    }

    def do() -> Response:
        assert price is not None  # else the form is shown again
        made = actions.create_plan(session(), product=product, price=price, **values, now=clock.now())
        session().flush()
        return redirect_to(f"{HERE}/{made.id}?done=created")

    if saving.is_looked_at():
        return _form(None, read=read, values=values, price=price)
    return saving.kept(do, read=read, again=lambda **told: _form(None, values=values, price=price, **told))


@blueprint.get("/<plan_id>")
@staff("read_only")
def show_one(plan_id: str) -> Response:
    """One, with its form."""
    return _form(products.plan(session(), plan_id=plan_id))


@blueprint.post("/<plan_id>")
@staff("admin")
def save(plan_id: str) -> Response:
    """Change it, never its price."""
    of = products.plan(session(), plan_id=plan_id)
    read = Reading(form=request.form, kind="plan")
    values = _values(read, of=of)

    def do() -> Response:
        actions.update_plan(session(), plan_id=plan_id, values=values, check=saving.check, now=clock.now())
        return redirect_to(f"{HERE}/{plan_id}?done=saved")

    if saving.is_looked_at():
        return _form(of, read=read, values=values)
    return saving.kept(do, read=read, again=lambda **told: _form(of, values=values, **told))


@blueprint.get("/<plan_id>/price")
@staff("admin")
def ask_price(plan_id: str) -> Response:
    """The form for another price, with what becomes of those who have the old one."""
    return _price(products.plan(session(), plan_id=plan_id))


@blueprint.post("/<plan_id>/price")
@staff("admin")
def change_price(plan_id: str) -> Response:
    """Offer it at another price from now on: a new plan in its place."""
    of = products.plan(session(), plan_id=plan_id)
    read = Reading(form=request.form, kind="plan")
    price = read.price("price", currency="currency")
    if price == Money(of.unit_amount, of.currency):
        read.refuse("price", "same_price")

    def do() -> Response:
        assert price is not None  # else the form is shown again
        new = prices.change(session(), plan_id=plan_id, price=price, check=saving.check, now=clock.now())
        return redirect_to(f"{HERE}/{new.id}?done=price")

    if saving.is_looked_at():
        return _price(of, read=read, price=price)
    return saving.kept(do, read=read, again=lambda **told: _price(of, price=price, **told))


def _values(read: Reading, *, of: PlanView | None) -> dict[str, Any]:
    return {
        "name": read.needed("name", longest=NAME),
        "plan_group": read.typed("plan_group") or None,
        "trial_days": read.number("trial_days", least=0, most=LONGEST_TRIAL) or 0,
        "features": read.lines("features", longest=FEATURE_LENGTH, most=MOST_FEATURES),
        "usage": plan_meters.read_from(read, shown=of.usage if of else ()),
        "refund_window_days": read.number("refund_window_days", least=0, most=LONGEST_WINDOW),
        "cancel": read.one_of("cancel", CANCEL_SETTINGS) or CANCEL_SETTINGS[0],
        "cancel_message": read.words("cancel_message", longest=MESSAGE, has_lines=True),
        "cancel_timing": read.one_of("cancel_timing", CANCEL_TIMINGS),
    }


def _form(
    of: PlanView | None, *, values: Mapping[str, Any] | None = None, price: Money | None = None, **told: Any
) -> Response:
    start = of or _blank()
    preview = _preview(start, values, price)
    return saving.form(
        "plan",
        kind="plan",
        kept=_kept(start),
        of=of,
        preview=preview,
        **_seen(preview),
        products=_products(start),
        groups=catalog.group_choices(session()),
        intervals=INTERVALS,
        currencies=tuple(sorted(EXPONENTS)),
        names=catalog.names(session(), {start.product}),
        running=catalog.running(session(), plan_id=of.id, price=of.unit_amount) if of else None,
        longest={"name": NAME, "message": MESSAGE},
        **told,
    )


def _price(of: PlanView, *, price: Money | None = None, **told: Any) -> Response:
    preview = replace(of, unit_amount=price.amount, currency=price.currency) if price else of
    return saving.form(
        "price",
        kind="plan",
        kept={"price": "", "currency": of.currency},
        of=of,
        preview=preview,
        **_seen(preview),
        currencies=tuple(sorted(EXPONENTS)),
        running=catalog.running(session(), plan_id=of.id, price=of.unit_amount),
        **told,
    )


def _blank() -> PlanView:
    """For the product that the address names, in the currency of the newest plan."""
    product, currency = request.args.get("product", "")[: console.LONGEST], catalog.any_currency(session())
    return seen.blank_plan(clock.now(), product=product, currency=currency or "EUR")


def _preview(start: PlanView, values: Mapping[str, Any] | None, price: Money | None) -> PlanView:
    if values is None:
        return start
    product = start.product or request.form.get("plan.product", "")[: console.LONGEST]
    money = {"unit_amount": price.amount, "currency": price.currency} if price else {}
    typed = dict(values) | money | {"features": tuple(values["features"]), "usage": tuple(values["usage"])}
    if "interval" in typed:
        typed["interval"] = Interval(typed["interval"])
    return replace(start, **typed | {"product": product})


def _seen(preview: PlanView) -> dict[str, Any]:
    """How it will look, once it has a name and a product."""
    portal, product = seen.portal(), catalog.product_or_none(session(), product_id=preview.product)
    if portal is None or product is None or not preview.name:
        return {"portal": portal, "card": None}
    return {"portal": portal, "card": seen.card(portal, product, preview, now=clock.now())}


def _kept(of: PlanView) -> dict[str, Any]:
    return {
        "product": of.product,
        "name": of.name,
        "price": "",
        "currency": of.currency,
        "interval": of.interval.value,
        "interval_count": of.interval_count,
        "plan_group": of.plan_group or "",
        "trial_days": of.trial_days or "",
        "features": "\n".join(of.features),
        "usage": plan_meters.written(of.usage),
        "refund_window_days": of.refund_window_days,
        "cancel": of.cancel,
        "cancel_message": of.cancel_message,
        "cancel_timing": of.cancel_timing or "",
    }


def _products(of: PlanView) -> list[tuple[str, str]]:
    """Those to choose from, for a new plan."""
    return [] if of.id else list(catalog.product_choices(session()).items())
