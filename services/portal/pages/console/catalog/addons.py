"""Add-ons in the console: what subscribers may have besides their plan. Who has one keeps the price they agreed to."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, request

from services.portal.actions import addons as actions
from services.portal.pages.console.catalog import lists, saving
from services.portal.pages.console.catalog.reading import Reading
from services.portal.pages.console.catalog.shelf import Shelf, serve
from services.portal.queries import addons, catalog
from services.portal.queries.addons import AddonView
from services.portal.rules.subscriptions.period import Interval
from services.portal.rules.subscriptions.quantity import MOST
from services.portal.schemas.coupons import MOST_PLANS
from services.portal.schemas.products import MESSAGE, MOST_INTERVALS, NAME
from shared import clock
from shared.money import EXPONENTS, Money
from shared.web import console, redirect_to, session, staff

blueprint = Blueprint("console_addons", __name__, url_prefix="/console/catalog/addons")

HERE: Final = f"{saving.HOME}/addons"
INTERVALS: Final = tuple(each.value for each in Interval)
_LABEL: Final = 80
_COLUMNS: Final = (
    *("id", "name", "product", "currency", "unit_amount", "interval", "interval_count", "plans", "minimum", "maximum"),
    *("unit_label", "created_at", "archived_at"),
)


def _update(of_id: str, values: Mapping[str, Any]) -> object:
    return actions.update(session(), addon_id=of_id, values=values, now=clock.now())


serve(
    blueprint,
    Shelf(
        name="addons",
        of="addon_id",
        rows=addons.addons,
        listed=lambda: addons.addons(product=lists.of("product")),
        view=addons.addon_view,
        columns=_COLUMNS,
        update=_update,
    ),
)


@blueprint.get("")
@staff("read_only")
def show() -> Response:
    """All of them or a product's, the newest first."""
    found = lists.found(addons.addons(product=lists.of("product")))
    views = [addons.addon_view(row) for row in found.rows]
    related = {each.product for each in views} | {lists.of("product")}
    return lists.show("addons", found, listed=views, names=catalog.names(session(), related))


@blueprint.get("/new")
@staff("admin")
def ask() -> Response:
    """The form for a new one."""
    return _form(None)


@blueprint.post("/new")
@staff("admin")
def create() -> Response:
    """Make one."""
    read = Reading(form=request.form, kind="addon")
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
        made = actions.create(session(), product=product, price=price, **values, now=clock.now())
        session().flush()
        return redirect_to(f"{HERE}/{made.id}?done=created")

    return saving.kept(do, read=read, again=lambda **told: _form(None, **told))


@blueprint.get("/<addon_id>")
@staff("read_only")
def show_one(addon_id: str) -> Response:
    """One, with its form."""
    return _form(addons.addon(session(), addon_id=addon_id))


@blueprint.post("/<addon_id>")
@staff("admin")
def save(addon_id: str) -> Response:
    """Change what is offered from now on; who has it keeps what they agreed to."""
    of = addons.addon(session(), addon_id=addon_id)
    read = Reading(form=request.form, kind="addon")
    price = read.price("price", currency="currency")
    values = _values(read, of=of)

    def do() -> Response:
        assert price is not None  # else the form is shown again
        wanted = {**values, "unit_amount": price.amount}
        actions.update(session(), addon_id=addon_id, values=wanted, check=saving.check, now=clock.now())
        return redirect_to(f"{HERE}/{addon_id}?done=saved")

    if price is not None and price.currency != of.currency:
        read.refuse("price", "not_a_choice")
    return saving.kept(do, read=read, again=lambda **told: _form(of, **told))


def _values(read: Reading, *, of: AddonView | None) -> dict[str, Any]:
    plans = read.several("plans")
    if len(plans) > MOST_PLANS:
        read.refuse("plans", "too_many", most=MOST_PLANS)
    return {
        "name": read.needed("name", longest=NAME),
        "description": read.words("description", longest=MESSAGE, has_lines=True),
        "unit_label": read.words("unit_label", longest=_LABEL),
        "plans": [*plans, *_unseen(of)],
        "minimum": read.number("minimum", least=1, most=MOST) or 1,
        "maximum": read.number("maximum", least=1, most=MOST) or 1,
    }


def _unseen(of: AddonView | None) -> list[str]:
    """Plans that it is for and that no form offers, such as archived ones: they stay."""
    offered = {each.id for each in catalog.plan_choices(session())}
    return [each for each in of.plans if each not in offered] if of else []


def _form(of: AddonView | None, **told: Any) -> Response:
    return saving.form(
        "addon",
        kind="addon",
        kept=_kept(of),
        of=of,
        choices=_choices(of),
        unseen=_unseen(of),
        products=[] if of else list(catalog.product_choices(session()).items()),
        names=catalog.names(session(), {of.product} if of else ()),
        currencies=tuple(sorted(EXPONENTS)),
        longest={"name": NAME, "label": _LABEL, "message": MESSAGE},
        **told,
    )


def _choices(of: AddonView | None) -> tuple[catalog.PlanChoice, ...]:
    """The plans it could be for: once it is made, those that it fits."""
    known = catalog.plan_choices(session())
    if of is None:
        return known
    mine = set(catalog.plans_of(session(), [of.product])[of.product])
    rhythm = (of.currency, of.interval, of.interval_count)
    return tuple(
        each
        for each in known
        if each.id in mine and (each.price.currency, each.interval, each.interval_count) == rhythm
    )


def _kept(of: AddonView | None) -> dict[str, Any]:
    if of is None:
        product = request.args.get("product", "")[: console.LONGEST]
        currency = catalog.any_currency(session()) or "EUR"
        blank = {"product": product, "currency": currency, "interval": Interval.MONTH.value, "interval_count": 1}
        return {**blank, "plans": [], "minimum": 1, "maximum": 1}
    return {
        "name": of.name,
        "description": of.description or "",
        "unit_label": of.unit_label or "",
        "price": str(Money(of.unit_amount, of.currency).decimal),
        "currency": of.currency,
        "plans": of.plans,
        "minimum": of.minimum,
        "maximum": of.maximum,
    }
