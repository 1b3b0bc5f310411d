"""Two vendors, two customers each, two modes: whatever foreign id stands anywhere in a request, it does not exist.

The rows come from the API's own description: every operation with an id in its path is tried with each
foreign id, and every reference in a body too. An operation that the table does not know fails the test.
(TI-01, TI-02, TI-08)
"""

import json
from dataclasses import dataclass
from typing import Any, Final

import pytest

from shared.cli.openapi import STATIC
from tests.support.pictures import png
from tests.support.stack import Stack
from tests.support.vendors import Vendor, register

DOCUMENT: Final = json.loads((STATIC / "openapi.json").read_text())
METHODS: Final = ("get", "post", "patch", "put", "delete")
ABSENT: Final = "00000000000000000000000000"

BODIES: Final[dict[str, Any]] = {
    "patch /v1/campaigns/{campaign_id}": {"name": "Mine now"},
    "patch /v1/products/{product_id}": {"name": "Mine now"},
    "patch /v1/plans/{plan_id}": {"name": "Mine now"},
    "patch /v1/customers/{customer_id}": {"display_name": "Mine now"},
    "patch /v1/subscriptions/{subscription_id}": {"cancel": "deny"},
    "post /v1/subscriptions/{subscription_id}/preview": {"action": "cancel"},
    "post /v1/subscriptions/{subscription_id}/cancel": {},
    "post /v1/subscriptions/{subscription_id}/undo_cancel": {},
    "patch /v1/portal_configurations/{configuration_id}": {"display_name": "Mine now"},
    "patch /v1/vendors/{vendor_id}": {"display_name": "Mine now"},
    "put /v1/vendors/{vendor_id}/logo": {"files": {"file": ("logo.png", png(8, 8))}},
    "post /v1/api_keys/{key_id}/roll": {"overlap": 0},
    "post /v1/api_keys/{key_id}/revoke": {},
}
"""A body that would work on an object of one's own; with `files`, a form.

A writing operation without a line here fails the test.
"""


def body_of(operation: str, **more: str) -> dict[str, Any]:
    """How `requests` sends the operation's body, with `more` fields in it."""
    body = BODIES[operation]
    return {"files": body["files"], "data": more} if "files" in body else {"json": {**body, **more}}


def with_an_id() -> list[tuple[str, str]]:
    return [
        (method, path)
        for path, item in DOCUMENT["paths"].items()
        for method in METHODS
        if method in item and "{" in path
    ]


@dataclass(frozen=True)
class Belongings:
    """What a vendor has in one mode: the id of one object of each resource."""

    vendor: Vendor
    live: bool
    ids: dict[str, str]


def furnish(vendor: Vendor, *, live: bool) -> Belongings:
    """An object of each resource."""

    def post(path: str, body: dict[str, Any], **options: Any) -> Any:
        return vendor.post(path, body, live=live, **options)

    campaign = post("/v1/campaigns", {"name": "Spring"})
    product = post("/v1/products", {"name": "Team", "campaign": campaign["id"]})
    plan = post(
        "/v1/plans",
        {"product": product["id"], "name": "Team", "currency": "EUR", "unit_amount": 100, "interval": "month"},
    )
    customer = post("/v1/customers", {"email": "same@shop.example"})
    subscription = post("/v1/subscriptions", {"customer": customer["id"], "plan": plan["id"]})
    payment = post(
        "/v1/payments",
        {"customer": customer["id"], "currency": "EUR", "description": "CD", "amount": 100},
        headers={"Idempotency-Key": "one"},
    )
    imported = vendor.ask(
        "POST",
        "/v1/imports",
        live=live,
        data={"kind": "customers"},
        files={"file": ("c.csv", b"email\nx@shop.example\n")},
    ).json()
    key = post("/v1/api_keys", {"name": "Second", "scopes": ["customers:read"]})
    configuration = vendor.get("/v1/portal_configurations", live=live)["data"][0]
    return Belongings(
        vendor,
        live,
        {
            "campaign_id": campaign["id"],
            "product_id": product["id"],
            "plan_id": plan["id"],
            "customer_id": customer["id"],
            "subscription_id": subscription["id"],
            "payment_id": payment["id"],
            "import_id": imported["id"],
            "key_id": key["id"],
            "configuration_id": configuration["id"],
            "vendor_id": vendor.id,
        },
    )


@pytest.fixture(scope="module")
def matrix(stack: Stack) -> tuple[Belongings, list[Belongings]]:
    """Mine (test mode), and what must not exist for me: my own live objects, and the other vendor's in both modes."""
    mine, theirs = register(stack), register(stack)
    own = furnish(mine, live=False)
    foreign = [furnish(mine, live=True), furnish(theirs, live=False), furnish(theirs, live=True)]
    for each in (own, *foreign):
        _with_documents(each)
    return own, foreign


def _with_documents(belongings: Belongings) -> None:
    """The invoice of the payment, and the mail of it, once they are there."""
    vendor, live = belongings.vendor, belongings.live
    from tests.support.polling import until

    def first(path: str) -> str | None:
        found = vendor.get(path, live=live)["data"]
        return found[0]["id"] if found else None

    belongings.ids["invoice_id"] = str(until(lambda: first("/v1/invoices"), seconds=30, what="an invoice"))
    belongings.ids["message_id"] = str(until(lambda: first("/v1/messages"), seconds=30, what="a receipt"))


def plain(body: str) -> Any:
    """A problem document without what differs by request."""
    document = json.loads(body)
    document.pop("instance", None)
    return document


@pytest.mark.feature("A19")
@pytest.mark.parametrize(("method", "path"), with_an_id(), ids=lambda part: part)
def test_a_foreign_id_in_the_path_is_as_unknown_as_one_that_never_was(
    matrix: tuple[Belongings, list[Belongings]], method: str, path: str
) -> None:
    own, foreign = matrix
    (name,) = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    assert name in own.ids, f"the table has no object for {{{name}}}"
    assert method == "get" or f"{method} {path}" in BODIES, "the table has no body for this operation"
    body = {} if method == "get" else body_of(f"{method} {path}")
    prefix = own.ids[name].split("_")[0]

    unknown = own.vendor.ask(method.upper(), path.replace(f"{{{name}}}", f"{prefix}_{ABSENT}"), **body)
    answers = [
        own.vendor.ask(method.upper(), path.replace(f"{{{name}}}", each.ids[name]), **body)
        for each in foreign
        if each.ids[name] != own.ids[name]
    ]

    assert unknown.status_code == 404, unknown.text
    for answer in answers:
        assert (answer.status_code, plain(answer.text)) == (404, plain(unknown.text))


REFERENCES: Final = {
    "/v1/products": ({"name": "X", "campaign": "campaign_id"}),
    "/v1/plans": ({"name": "X", "product": "product_id", "currency": "EUR", "unit_amount": 1, "interval": "month"}),
    "/v1/subscriptions": ({"customer": "customer_id", "plan": "plan_id"}),
    "/v1/payments": (
        {
            "customer": "customer_id",
            "subscription": "subscription_id",
            "currency": "EUR",
            "description": "X",
            "amount": 1,
        }
    ),
}


@pytest.mark.parametrize("path", sorted(REFERENCES))
def test_a_foreign_id_in_a_body_is_refused_and_nothing_is_made(
    matrix: tuple[Belongings, list[Belongings]], path: str
) -> None:
    own, foreign = matrix
    template = REFERENCES[path]
    places = [field for field, value in template.items() if value in own.ids]
    before = own.vendor.all_of(path)

    for place in places:
        for each in foreign:
            body = {field: own.ids.get(str(value), value) for field, value in template.items()}
            body[place] = each.ids[str(template[place])]
            answer = own.vendor.ask(
                "POST", path, json=body, headers={"Idempotency-Key": f"{place}-{each.ids['plan_id']}"}
            )
            assert answer.status_code in (404, 422), f"{place}: {answer.status_code} {answer.text}"

    assert own.vendor.all_of(path) == before


@pytest.mark.parametrize(
    "path", sorted(path for path, item in DOCUMENT["paths"].items() if "get" in item and "{" not in path)
)
def test_lists_and_cursors_show_nothing_foreign(matrix: tuple[Belongings, list[Belongings]], path: str) -> None:
    own, foreign = matrix
    if path.endswith("/explain"):
        answer = own.vendor.ask(
            "GET", path, params={"subscription": foreign[1].ids["subscription_id"], "action": "cancel"}
        )
        assert answer.status_code in (400, 404), answer.text
        return
    listed = json.dumps(own.vendor.all_of(path))

    for each in foreign:
        for name, value in each.ids.items():
            if value == own.ids.get(name):
                continue
            assert value not in listed
            cursor = own.vendor.ask("GET", path, params={"starting_after": value})
            assert (cursor.status_code, cursor.json()["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize(
    "field", ["vendor", "mode", "status", "created_at", "id", "number", "order_number", "paid", "role"]
)
def test_protected_fields_are_refused_everywhere(matrix: tuple[Belongings, list[Belongings]], field: str) -> None:
    own, _ = matrix

    for operation, body in BODIES.items():
        method, path = operation.split(" ")
        (name,) = [part[1:-1] for part in path.split("/") if part.startswith("{")]
        answer = own.vendor.ask(
            method.upper(), path.replace(f"{{{name}}}", own.ids[name]), **body_of(operation, **{field: "test"})
        )
        if not body and operation.endswith("revoke"):
            continue
        assert answer.status_code == 400, f"{operation} with {field}: {answer.status_code} {answer.text}"


def test_a_header_or_parameter_that_names_another_vendor_widens_nothing(
    matrix: tuple[Belongings, list[Belongings]],
) -> None:
    own, foreign = matrix
    forged = {
        "X-Vendor-Id": foreign[1].vendor.id,
        "X-Auth-Vendor": foreign[1].vendor.id,
        "X-Mode": "live",
        "X-Passport": "x.y.z",
    }

    answer = own.vendor.ask("GET", "/v1/customers", headers=forged)
    asked = own.vendor.ask("GET", "/v1/customers", params={"vendor": foreign[1].vendor.id})

    assert [each["id"] for each in answer.json()["data"]][-1:] != [foreign[1].ids["customer_id"]]
    assert foreign[1].ids["customer_id"] not in answer.text
    assert asked.status_code == 400


def test_keys_without_a_scope_are_told_which_one_is_missing(matrix: tuple[Belongings, list[Belongings]]) -> None:
    own, _ = matrix
    key = own.vendor.post("/v1/api_keys", {"name": "Reader", "scopes": ["customers:read"]})["secret"]

    allowed = own.vendor.stack.request("GET", "/v1/customers", key=key)
    refused = own.vendor.stack.request("POST", "/v1/customers", key=key, json={"email": "x@shop.example"})

    assert allowed.status_code == 200
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert "customers:write" in refused.json()["detail"]
