"""Products in the console: what is sold, what customers see of it and where, how it is counted, taxed and left."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from flask import Blueprint, Response, request

from services.portal.actions import products as actions
from services.portal.pages.console.catalog import chosen, lists, saving, seen
from services.portal.pages.console.catalog.reading import Reading, written_percent
from services.portal.pages.console.catalog.shelf import Shelf, serve
from services.portal.queries import catalog, configurations, portals, products
from services.portal.queries.products import ProductView
from services.portal.rules.portals.features import AccessGate
from services.portal.rules.products import visibility
from services.portal.rules.products.access import LABEL_LENGTH, MOST_LINKS, URL_LENGTH
from services.portal.rules.subscriptions.quantity import MOST
from services.portal.schemas.base import CANCEL_SETTINGS, CANCEL_TIMINGS
from services.portal.schemas.products import LONGEST_WINDOW, MESSAGE, NAME, TAX_BEHAVIORS
from shared import clock
from shared.web import redirect_to, session, staff

blueprint = Blueprint("console_products", __name__, url_prefix="/console/catalog/products")

HERE: Final = f"{saving.HOME}/products"
DOINGS: Final = (*chosen.SHOWING, *chosen.ARCHIVING)
UNIT_LENGTH: Final = 80
_SPARE_LINKS: Final = 2
_COLUMNS: Final = (
    *("id", "name", "campaign", "show_in_portal", "tax_rate", "tax_behavior", "unit_label", "unit_label_plural"),
    *("refund_window_days", "cancel", "created_at", "archived_at"),
)


@dataclass(frozen=True, kw_only=True)
class Place:
    """A portal: does it show the product, and to whom of those who bought it (`gate`)."""

    name: str
    id: str
    is_shown: bool
    gate: str


def _update(of_id: str, values: Mapping[str, Any]) -> object:
    return actions.update_product(session(), product_id=of_id, values=values, now=clock.now())


serve(
    blueprint,
    Shelf(
        name="products",
        of="product_id",
        rows=lambda: products.products(campaign_id=None),
        listed=lambda: products.products(campaign_id=lists.of("campaign")),
        view=products.product_view,
        columns=_COLUMNS,
        update=_update,
        doings=DOINGS,
    ),
)


@blueprint.get("")
@staff("read_only")
def show() -> Response:
    """All of them or a campaign's, the newest first."""
    found = lists.found(products.products(campaign_id=lists.of("campaign")))
    views = [products.product_view(row) for row in found.rows]
    plans = catalog.plans_of(session(), [each.id for each in views])
    subscribers = catalog.subscribers(session(), [plan for each in plans.values() for plan in each])
    return lists.show(
        "products",
        found,
        doings=DOINGS,
        listed=views,
        names=catalog.names(session(), {each.campaign for each in views} | {lists.of("campaign")}),
        subscribers={product: sum(subscribers.get(plan, 0) for plan in plans[product]) for product in plans},
    )


@blueprint.get("/new")
@staff("admin")
def ask() -> Response:
    """The form for a new one."""
    return _form(None)


@blueprint.post("/new")
@staff("admin")
def create() -> Response:
    """Make one; on to its first plan."""
    read = Reading(form=request.form, kind="product")
    values = _values(read, of=None)

    def do() -> Response:
        made = actions.create_product(session(), **values, now=clock.now())
        session().flush()
        return redirect_to(f"{HERE}/{made.id}?done=created")

    if saving.is_looked_at():
        return _form(None, read=read, values=values)
    return saving.kept(do, read=read, again=lambda **told: _form(None, values=values, **told))


@blueprint.get("/<product_id>")
@staff("read_only")
def show_one(product_id: str) -> Response:
    """One, with its form and its plans."""
    return _form(products.product(session(), product_id=product_id))


@blueprint.post("/<product_id>")
@staff("admin")
def save(product_id: str) -> Response:
    """Change it; running subscriptions keep the tax they were agreed at."""
    of = products.product(session(), product_id=product_id)
    read = Reading(form=request.form, kind="product")
    values = _values(read, of=of)

    def do() -> Response:
        actions.update_product(session(), product_id=product_id, values=values, check=saving.check, now=clock.now())
        return redirect_to(f"{HERE}/{product_id}?done=saved")

    if saving.is_looked_at():
        return _form(of, read=read, values=values)
    return saving.kept(do, read=read, again=lambda **told: _form(of, values=values, **told))


def _values(read: Reading, *, of: ProductView | None) -> dict[str, Any]:
    values = {
        "name": read.needed("name", longest=NAME),
        "campaign": read.typed("campaign") or None,
        "description": read.words("description", longest=MESSAGE, has_lines=True),
        "show_in_portal": read.switch("show_in_portal"),
        "access_links": _links(read),
        "refund_window_days": read.number("refund_window_days", least=0, most=LONGEST_WINDOW),
        "unit_label": read.words("unit_label", longest=UNIT_LENGTH),
        "unit_label_plural": read.words("unit_label_plural", longest=UNIT_LENGTH),
        "adjustable_quantity": _bounds(read, kept=of.adjustable_quantity if of else None),
        "tax_rate": read.percent("tax_rate") or 0,
        "tax_behavior": read.one_of("tax_behavior", TAX_BEHAVIORS) or TAX_BEHAVIORS[0],
        "cancel": read.one_of("cancel", CANCEL_SETTINGS) or CANCEL_SETTINGS[0],
        "cancel_message": read.words("cancel_message", longest=MESSAGE, has_lines=True),
        "cancel_timing": read.one_of("cancel_timing", CANCEL_TIMINGS),
    }
    if read.switch("adjustable") and values["unit_label"] is None:
        read.refuse("unit_label", "unit_label_needed")
    return values


def _links(read: Reading) -> list[dict[str, str]]:
    """Rows of which something is filled in; numbered anew, as the form will show them again."""
    rows: list[dict[str, str]] = []
    for number in range(MOST_LINKS + _SPARE_LINKS):
        label, url = (read.typed(f"links.{number}.{part}") for part in ("label", "url"))
        if label or url:
            at = f"access_links.{len(rows)}"
            rows.append({"label": label, "url": url})
            for part, given, longest in (("label", label, LABEL_LENGTH), ("url", url, URL_LENGTH)):
                if not given:
                    read.refuse(f"{at}.{part}", "required")
                if len(given) > longest:
                    read.refuse(f"{at}.{part}", "too_long", most=longest)
    return rows


def _bounds(read: Reading, *, kept: Mapping[str, Any] | None) -> dict[str, Any] | None:
    least = read.number("minimum", least=1, most=MOST) or 1
    most = read.number("maximum", least=1, most=MOST)
    if most is not None and most < least:
        read.refuse("maximum", "less_than_fewest")
    if read.switch("adjustable"):
        return {"enabled": True, "minimum": least, "maximum": most}
    return dict(kept) if kept and not kept.get("enabled") else None


def _form(of: ProductView | None, *, values: Mapping[str, Any] | None = None, **told: Any) -> Response:
    now = clock.now()
    start = of or seen.blank_product(now)
    preview = replace(start, **values) if values else start
    plans = catalog.plans_of_product(session(), product_id=of.id) if of else ()
    plan = next((each for each in plans if each.archived_at is None), None)
    portal = seen.portal()
    plan = plan or seen.blank_plan(now, currency=catalog.any_currency(session()) or "EUR")
    return saving.form(
        "product",
        kind="product",
        kept=_kept(start),
        of=of,
        preview=preview,
        portal=portal,
        card=seen.card(portal, preview, plan, now=now) if portal and preview.name else None,
        places=_places(preview),
        plans=plans,
        subscribers=catalog.subscribers(session(), [each.id for each in plans]),
        campaigns=_campaigns(start),
        links=[*preview.access_links, *[{"label": "", "url": ""}] * _SPARE_LINKS],
        longest={"name": NAME, "unit": UNIT_LENGTH, "message": MESSAGE, "label": LABEL_LENGTH, "url": URL_LENGTH},
        **told,
    )


def _kept(of: ProductView) -> dict[str, Any]:
    bounds = of.adjustable_quantity or {}
    return {
        "name": of.name,
        "campaign": of.campaign or request.args.get("campaign", ""),
        "description": of.description,
        "show_in_portal": of.show_in_portal,
        "refund_window_days": of.refund_window_days,
        "unit_label": of.unit_label,
        "unit_label_plural": of.unit_label_plural,
        "adjustable": bool(bounds.get("enabled")),
        "minimum": bounds.get("minimum"),
        "maximum": bounds.get("maximum"),
        "tax_rate": written_percent(of.tax_rate),
        "tax_behavior": of.tax_behavior,
        "cancel": of.cancel,
        "cancel_message": of.cancel_message,
        "cancel_timing": of.cancel_timing or "",
    }


def _campaigns(of: ProductView) -> list[tuple[str, str]]:
    """Those to choose from; an archived one only where the product is in it."""
    return list({**catalog.names(session(), {of.campaign}), **catalog.campaign_choices(session())}.items())


def _places(of: ProductView) -> list[Place]:
    """The portals that are open, and whether they would show it."""
    found = [portals.view(row) for row in configurations.all_of_them(session()) if row.active]
    return [
        Place(
            name=each.name,
            id=each.id,
            gate=each.access_gate.value,
            is_shown=visibility.decide(
                product=of.id or "new",
                campaign=of.campaign,
                show_in_portal=of.show_in_portal,
                campaigns=each.campaigns,
                hidden_products=each.hidden_products,
                gate=AccessGate.ANY_ORDER,
            ),
        )
        for each in found
    ]
