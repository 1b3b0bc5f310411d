"""Vendors, modes and customers: nobody sees, reaches or refers to what is another's."""

import gc
import weakref
from collections.abc import Callable

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from services.portal.models.customers import Customer
from services.portal.queries import customers, invoices, overview, payments, portals, subscriptions
from shared import clock, ids
from shared.database import Database, Session, scope
from shared.database.scope import Unscoped
from shared.errors import NotFound
from shared.events import Actor, InvoiceIssued
from tests.integration.portal.shop import Shop


def issued(payment: dict[str, object], **more: object) -> InvoiceIssued:
    given: dict[str, object] = {
        "invoice": ids.new("inv"),
        "number": "L-1",
        "order_number": payment["order_number"],
        "customer": payment["customer"],
        "subscription": payment["subscription"],
        "payment": payment["id"],
        "status": "paid",
        "currency": payment["currency"],
        "net": payment["net"],
        "tax": payment["tax"],
        "total": payment["total"],
        "description": payment["description"],
        "issued_at": payment["paid_at"],
        "paid_at": payment["paid_at"],
        "historical": False,
        "locale": None,
        **more,
    }
    return InvoiceIssued(**given)  # type: ignore[arg-type]


@pytest.mark.feature("A19")
def test_what_is_anothers_is_as_unknown_as_what_never_was(shop: Shop, other: Shop) -> None:
    subscription = shop.subscription()
    product, plan, customer = subscription["product"], subscription["plan"], subscription["customer"]
    payment = shop.payment({"id": customer})
    campaign = shop.post("/v1/campaigns", {"name": "Mine"})
    (portal,) = shop.get("/v1/portal_configurations?is_default=true")["data"]
    paths = {
        f"/v1/campaigns/{campaign['id']}": {"name": "Taken"},
        f"/v1/products/{product}": {"name": "Taken"},
        f"/v1/plans/{plan}": {"name": "Taken"},
        f"/v1/customers/{customer}": {"company": "Taken"},
        f"/v1/subscriptions/{subscription['id']}": {"cancel": "deny"},
        f"/v1/portal_configurations/{portal['id']}": {"display_name": "Taken"},
        f"/v1/payments/{payment['id']}": None,
    }

    for stranger in (other, shop.live()):
        for path, body in paths.items():
            unknown = stranger.ask("GET", path[:-26] + "0" * 26).json
            for answer in (stranger.ask("GET", path), stranger.ask("PATCH", path, json=body) if body else None):
                if answer is not None:
                    assert (answer.status_code, answer.json["code"]) == (404, unknown["code"]), path
        for verb in ("preview", "cancel", "undo_cancel"):
            body = {"action": "cancel"} if verb == "preview" else {}
            assert stranger.ask("POST", f"/v1/subscriptions/{subscription['id']}/{verb}", json=body).status_code == 404
        for query in (
            f"subscriptions?customer={customer}",
            f"payments?customer={customer}",
            f"plans?product={product}",
        ):
            assert stranger.ask("GET", f"/v1/{query}").status_code == 404
        for resource in ("campaigns", "products", "plans", "customers", "subscriptions", "payments", "imports"):
            assert stranger.get(f"/v1/{resource}")["data"] == []
            answer = stranger.ask("GET", f"/v1/{resource}?starting_after={customer}")
            assert (answer.status_code, answer.json["code"]) == (400, "invalid_cursor")
        assert (
            stranger.ask("GET", f"/v1/policy/explain?subscription={subscription['id']}&action=cancel").status_code
            == 404
        )
        assert shop.vendor == stranger.vendor or shop.vendor not in str(stranger.get("/v1/action_log"))


def test_a_body_cannot_refer_to_what_is_anothers(shop: Shop, other: Shop) -> None:
    theirs, mine = other.subscription(), shop.customer()
    campaign = other.post("/v1/campaigns", {"name": "Theirs"})
    bodies = [
        ("/v1/products", {"name": "X", "campaign": campaign["id"]}),
        (
            "/v1/plans",
            {"product": theirs["product"], "name": "X", "currency": "EUR", "unit_amount": 1, "interval": "day"},
        ),
        ("/v1/subscriptions", {"customer": mine["id"], "plan": theirs["plan"]}),
        ("/v1/subscriptions", {"customer": theirs["customer"], "plan": shop.plan()["id"]}),
    ]
    money = {"currency": "EUR", "description": "X", "amount": 1}
    bodies += [
        ("/v1/payments", {**money, "customer": theirs["customer"]}),
        ("/v1/payments", {**money, "customer": mine["id"], "subscription": theirs["id"]}),
        ("/v1/payments", {**money, "customer": mine["id"], "product": theirs["product"]}),
    ]

    for number, (path, body) in enumerate(bodies):
        answer = shop.ask("POST", path, json=body, headers={"Idempotency-Key": f"k{number}"})
        assert answer.status_code == 404, (path, answer.text)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE subscriptions SET customer = :foreign_customer WHERE id = :subscription",
        "UPDATE subscriptions SET plan = :foreign_plan WHERE id = :subscription",
        "UPDATE payments SET subscription = :foreign_subscription WHERE id = :payment",
        "UPDATE payments SET customer = :foreign_customer WHERE id = :payment",
        "UPDATE plans SET product = :foreign_product WHERE id = :plan",
        "UPDATE customers SET mode = 'live' WHERE id = :customer",
    ],
)
def test_the_database_itself_refuses_references_across_vendors(shop: Shop, other: Shop, change: str) -> None:
    mine, theirs = shop.subscription(), other.subscription()
    names = {
        "subscription": mine["id"],
        "plan": mine["plan"],
        "customer": mine["customer"],
        "payment": shop.payment({"id": mine["customer"]})["id"],
        **{f"foreign_{name}": theirs[name] for name in ("customer", "plan", "product")},
        "foreign_subscription": theirs["id"],
    }

    with pytest.raises(IntegrityError), shop.database.begin() as session:
        session.connection().execute(text(change), {name: names[name] for name in names if f":{name}" in change})


def test_the_action_log_cannot_be_changed(shop: Shop) -> None:
    shop.customer()

    statements = ["UPDATE action_log SET action = 'x'", "DELETE FROM action_log"]
    if not shop.database.is_sqlite:
        statements.append("TRUNCATE action_log")

    for statement in statements:
        with pytest.raises(DBAPIError, match="append-only"), shop.database.begin() as session:
            session.connection().execute(text(statement))


QUERIES: dict[str, Callable[[Session], object]] = {
    "profile": lambda session: customers.profile(session, customer_id="cus_1"),
    "in_scope": lambda session: customers.in_scope(session),
    "record of a subscription": lambda session: subscriptions.record(session, subscription_id="x", now=clock.now()),
    "record of a payment": lambda session: payments.record(session, payment_id="x"),
    "portal": lambda session: portals.portal(session, slug="x"),
    "default": lambda session: portals.default(session),
}


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_a_query_without_a_scope_is_refused(database: Database, name: str) -> None:
    with pytest.raises(Unscoped), database.begin() as session:
        QUERIES[name](session)


def test_a_customer_sees_only_what_is_theirs(shop: Shop) -> None:
    mine, theirs = shop.subscription(), shop.subscription()
    for each in (mine, theirs):
        shop.hear(issued(shop.payment({"id": each["customer"]}, subscription=each["id"])))
        shop.payment({"id": each["customer"]}, description="Reeds")
    with shop.inside() as session:
        portal = portals.portal(session, slug=shop.portal)
        (foreign,) = invoices.history(session, portal=portal, wanted=invoices.Wanted(subscription=theirs["id"])).rows

    with shop.as_customer(mine["customer"]) as session:
        seen = overview.overview(session, portal=portal, by=shop.who(), now=clock.now())
        assert [each.id for each in seen.customers] == [mine["customer"]]
        assert [each.id for each in seen.subscriptions] == [mine["id"]]
        assert {each.subscription for each in seen.invoices} == {mine["id"]}
        assert (seen.invoice_count, seen.purchase_count) == (1, 1)
        with pytest.raises(NotFound):
            invoices.invoice(session, invoice_id=foreign.id, portal=portal)
        with pytest.raises(NotFound):
            invoices.history(session, portal=portal, cursor=foreign.id)
        with pytest.raises(NotFound):
            customers.profile(session, customer_id=theirs["customer"])
        with pytest.raises(NotFound):
            subscriptions.card(session, subscription_id=theirs["id"], portal=portal, by=shop.who(), now=clock.now())


def test_a_portal_of_another_vendor_or_mode_does_not_exist(shop: Shop, other: Shop) -> None:
    with shop.inside() as session:
        for slug in (other.portal, shop.live().portal, "nothing"):
            with pytest.raises(NotFound):
                portals.portal(session, slug=slug)


def scope_of(shop: Shop, customers: tuple[str, ...] | None = None) -> scope.Scope:
    return scope.Scope(
        vendor=shop.vendor, mode=shop.mode, actor=Actor(kind="key", id="key_1"), request_id="", customers=customers
    )


def test_a_statement_that_is_kept_shows_each_scope_its_own(shop: Shop, other: Shop) -> None:
    """What is narrowed once and remembered still looks up whose rows these are, each time that it runs."""
    kept = select(Customer.id).order_by(Customer.id)
    mine, second = sorted(shop.customer(f"{each}@example.com")["id"] for each in ("a", "b"))
    theirs = other.customer()["id"]

    def seen(by: Shop, customers: tuple[str, ...] | None = None) -> list[str]:
        with shop.database.begin() as session, scope.use(scope_of(by, customers)):
            return list(session.scalars(kept))

    for _again in range(2):
        assert seen(shop) == [mine, second]
        assert seen(other) == [theirs]
        assert seen(shop.live()) == []
        assert seen(shop, customers=(mine,)) == [mine]
        assert seen(shop, customers=(second,)) == [second]
        assert seen(shop, customers=(theirs,)) == []
        assert seen(shop, customers=()) == []
    with shop.database.begin() as session, pytest.raises(Unscoped):
        session.scalars(kept)
    with shop.database.begin() as session, scope.platform():
        assert {mine, second, theirs} <= set(session.scalars(kept))


def test_a_statement_of_one_request_is_not_remembered(shop: Shop) -> None:
    shop.customer()
    once = select(Customer.id).limit(1)
    with shop.database.begin() as session, scope.use(scope_of(shop)):
        session.scalars(once).all()
    gone = weakref.ref(once)

    del once
    gc.collect()

    assert gone() is None
