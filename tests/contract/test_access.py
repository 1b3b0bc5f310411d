"""Who may knock where: every view wears exactly one mark, and the right one for its address (TI-08, GW-11)."""

import pytest

from shared.web.access import Access
from shared.web.app import App, views

IN_STEPS = {
    "POST /console/clock",
    "POST /console/domains/<configuration_id>",
    "GET /console/record/csv",
    "GET /console/tickets/list.csv",
    "POST /console/tickets/<ticket_id>",
    "GET /console/customers/list.csv",
    "GET /console/imports/list.csv",
    "POST /console/customers/<customer_id>/subscriptions/<subscription_id>/<doing>",
    "POST /console/customers/<customer_id>/payments/<payment_id>/refund",
    "POST /v1/subscriptions",
    "POST /v1/subscriptions/<subscription_id>/cancel",
    "POST /v1/subscriptions/<subscription_id>/undo_cancel",
    "POST /v1/subscriptions/<subscription_id>/coupon",
    "POST /v1/subscriptions/<subscription_id>/addons",
    "POST /v1/subscriptions/<subscription_id>/addons/<addon_id>",
    "DELETE /v1/subscriptions/<subscription_id>/coupon",
    "POST /v1/subscriptions/<subscription_id>/resume",
    "POST /v1/subscriptions/<subscription_id>/resubscribe",
    "POST /p/<slug>/subscriptions/<subscription_id>/cancellation",
    "POST /p/<slug>/subscriptions/<subscription_id>/uncancellation",
    "POST /p/<slug>/subscriptions/<subscription_id>/coupon/removal",
    "POST /p/<slug>/subscriptions/<subscription_id>/resumption",
    "POST /p/<slug>/subscriptions/<subscription_id>/resubscription",
    "POST /p/<slug>/subscriptions/<subscription_id>/change",
    "POST /p/<slug>/subscriptions/<subscription_id>/addons/<addon_id>",
    "POST /p/<slug>/subscriptions/<subscription_id>/quantity",
    "POST /p/<slug>/subscriptions/<subscription_id>/coupon",
    "POST /v1/subscriptions/<subscription_id>/change",
    "POST /p/<slug>/payments/<payment_id>/refund",
    "POST /v1/tickets/<ticket_id>/approve",
    "POST /v1/refunds",
    "POST /v1/customers/<customer_id>/top_ups",
    "POST /p/<slug>/balance/top-up",
    "GET /v1/invoices/<invoice_id>/pdf",
    "GET /v1/invoices/<invoice_id>/xml",
    "GET /v1/invoices/<invoice_id>/ubl",
    "GET /v1/invoices/<invoice_id>/facturx",
    "GET /v1/invoices/<invoice_id>/receipt",
    "GET /v1/credit_notes/<credit_note_id>/pdf",
    "GET /v1/credit_notes/<credit_note_id>/xml",
    "GET /v1/credit_notes/<credit_note_id>/ubl",
    "GET /v1/credit_notes/<credit_note_id>/facturx",
    "GET /console/events/csv",
    "GET /console/developers/webhooks/deliveries/csv",
    "GET /console/developers/requests/csv",
    "GET /console/messages/csv",
    "GET /console/messages/suppressions/csv",
    "GET /console/invoices/csv",
    "GET /console/invoices/<invoice_id>/<any(pdf, xml, ubl, facturx):form>",
    "GET /console/invoices/credit-notes/<credit_note_id>/<any(pdf, xml, ubl, facturx):form>",
    "GET /console/invoices/archives/<archive_id>/file",
    "POST /internal/documents",
    "GET /v1/invoices/csv",
    "GET /v1/invoice_archives/<archive_id>/file",
    "GET /v1/statements/<statement_id>/file",
    "POST /v1/portal_configurations/<configuration_id>/verify_domain",
    "POST /v1/test_clock/advance",
    "POST /v1/payments/<payment_id>/pay",
    "POST /v1/payment_methods/setups",
    "POST /v1/payment_methods/<payment_method_id>/make_default",
    "POST /v1/payment_methods/<payment_method_id>/assign",
    "POST /p/<slug>/email/code",
    "POST /p/<slug>/payments/<payment_id>/pay",
    "GET /p/<slug>/payments/<payment_id>/return",
    "GET /p/<slug>/windows/payments/<payment_id>",
    "POST /p/<slug>/payment-methods/new",
    "GET /p/<slug>/payment-methods/return",
    "POST /p/<slug>/payment-methods/<payment_method_id>/default",
    "POST /p/<slug>/payment-methods/<payment_method_id>/subscriptions/<subscription_id>",
    "POST /integrations/stripe/<vendor>",
    "POST /sandbox/card/<setup_id>",
    "POST /sandbox/challenge/<challenge_id>",
}
"""Views whose action makes several transactions, each safe to stop after. A new one needs a reason."""

OUTSIDE = ("/v1/", "/p/", "/billing", "/console", "/embed/", "/mailbox", "/sandbox/", "/integrations/")
"""What the gateway routes."""

SIGNED_OUT = (
    "/sign-in",
    "/sign-out",
    "/windows/over",
    "/payments/<payment_id>/return",
    "/own-<wanted>.css",
    "/accessibility",
    "/recipient/",
)
"""What a portal shows to anybody: the way in, the way out, the end of a window that a frame opened, style rules, which
its frame wants before anybody is signed in, how accessible it is, and what a mail asks the owner of an address."""

FROM_ANYWHERE = {"POST /p/<slug>/recipient/unsubscribe/<token>"}
"""Forms that need no page of ours: mail programs send them by themselves. A new one needs a reason."""


@pytest.fixture(scope="session")
def marks(apps: dict[str, App]) -> dict[str, Access | None]:
    return {name: mark for app in apps.values() for name, mark in views(app).items()}


def path_of(name: str) -> str:
    return name.split(" ", 1)[1]


def test_every_view_wears_a_mark(marks: dict[str, Access | None]) -> None:
    assert [name for name, mark in marks.items() if mark is None] == []


def test_the_api_is_for_keys_with_a_scope_or_for_the_installations_token(marks: dict[str, Access | None]) -> None:
    api = {name: mark for name, mark in marks.items() if path_of(name).startswith("/v1/")}

    assert len(api) > 30
    for name, mark in api.items():
        assert mark is not None
        assert mark.audience in ("api", "admin"), name
        reads = name.startswith("GET ") or name.endswith(("/preview", "/check_css", "/check_embed"))
        assert mark.audience == "admin" or str(mark.scope).endswith(":read" if reads else ":write"), name


def test_a_portals_pages_are_for_its_customers_but_the_way_in(marks: dict[str, Access | None]) -> None:
    for name, mark in marks.items():
        if path_of(name).startswith("/p/"):
            assert mark is not None
            is_open = any(part in path_of(name) for part in SIGNED_OUT)
            assert mark.audience == ("public" if is_open else "customer"), name


def test_the_sandboxs_own_pages_know_nobody(marks: dict[str, Access | None]) -> None:
    own = {name: mark for name, mark in marks.items() if path_of(name).startswith("/sandbox/")}

    assert len(own) == 4
    assert all(mark is not None and mark.audience == "public" for mark in own.values())


def test_stripe_is_heard_by_what_it_signs_alone(marks: dict[str, Access | None]) -> None:
    heard = {name: mark for name, mark in marks.items() if path_of(name).startswith("/integrations/")}

    assert list(heard) == ["POST /integrations/stripe/<vendor>"]
    assert all(mark is not None and mark.audience == "public" for mark in heard.values())


def test_whatever_else_there_is_stays_inside_or_is_the_mailbox(marks: dict[str, Access | None]) -> None:
    for name, mark in marks.items():
        if not path_of(name).startswith(OUTSIDE):
            assert mark is not None
            assert mark.audience == "internal", name


def test_only_these_forms_may_come_from_anywhere(apps: dict[str, App]) -> None:
    worn = set()
    for app in apps.values():
        for rule in app.url_map.iter_rules():
            if getattr(app.view_functions[rule.endpoint], "from_anywhere", False):
                worn |= {f"{method} {rule.rule}" for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}

    assert worn == FROM_ANYWHERE


def test_only_these_views_make_more_than_one_transaction(apps: dict[str, App]) -> None:
    worn = set()
    for app in apps.values():
        for rule in app.url_map.iter_rules():
            view = app.view_functions[rule.endpoint]
            kind = getattr(view, "view_class", None)
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                if getattr(getattr(kind, method.lower()) if kind else view, "in_steps", False):
                    worn.add(f"{method} {rule.rule}")

    assert worn == IN_STEPS
