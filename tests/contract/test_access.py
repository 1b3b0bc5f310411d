"""Who may knock where: every view wears exactly one mark, and the right one for its address (TI-08, GW-11)."""

import pytest

from shared.web.access import Access
from shared.web.app import App, views

IN_STEPS = {
    "POST /v1/subscriptions",
    "POST /v1/subscriptions/<subscription_id>/cancel",
    "POST /v1/subscriptions/<subscription_id>/resume",
    "POST /v1/subscriptions/<subscription_id>/resubscribe",
    "POST /p/<slug>/subscriptions/<subscription_id>/cancellation",
    "POST /p/<slug>/subscriptions/<subscription_id>/resumption",
    "POST /p/<slug>/subscriptions/<subscription_id>/resubscription",
    "POST /p/<slug>/subscriptions/<subscription_id>/change",
    "POST /p/<slug>/subscriptions/<subscription_id>/quantity",
    "POST /p/<slug>/subscriptions/<subscription_id>/coupon",
    "POST /v1/subscriptions/<subscription_id>/change",
    "POST /p/<slug>/payments/<payment_id>/refund",
    "POST /v1/tickets/<ticket_id>/approve",
    "POST /v1/refunds",
    "GET /v1/invoices/<invoice_id>/pdf",
    "POST /v1/test_clock/advance",
    "POST /v1/payments/<payment_id>/pay",
    "POST /v1/payment_methods/setups",
    "POST /v1/payment_methods/<payment_method_id>/make_default",
    "POST /v1/payment_methods/<payment_method_id>/assign",
    "POST /p/<slug>/payments/<payment_id>/pay",
    "GET /p/<slug>/payments/<payment_id>/return",
    "POST /p/<slug>/payment-methods/new",
    "GET /p/<slug>/payment-methods/return",
    "POST /p/<slug>/payment-methods/<payment_method_id>/default",
    "POST /p/<slug>/payment-methods/<payment_method_id>/subscriptions/<subscription_id>",
    "POST /sandbox/card/<setup_id>",
    "POST /sandbox/challenge/<challenge_id>",
}
"""Views whose action makes several transactions, each safe to stop after. A new one needs a reason."""

SIGNED_OUT = ("/sign-in", "/sign-out")
"""What a portal shows to anybody: the way in and the way out."""


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
        reads = name.startswith("GET ") or name.endswith("/preview")
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


def test_whatever_else_there_is_stays_inside_or_is_the_mailbox(marks: dict[str, Access | None]) -> None:
    for name, mark in marks.items():
        if not path_of(name).startswith(("/v1/", "/p/", "/mailbox", "/sandbox/")):
            assert mark is not None
            assert mark.audience == "internal", name


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
