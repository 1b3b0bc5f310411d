"""Two vendors, two customers each, two modes: whatever foreign id stands anywhere in a request, it does not exist.

The rows come from the API's own description: every operation with an id in its path is tried with each
foreign id, and every reference in a body too. What the table does not know fails the test. (TI-01, TI-02, TI-08)
"""

import csv
import io
import json
from typing import Any, Final

import pytest
import requests

from shared.cli.openapi import STATIC
from tests.support.belongings import Belongings, furnish, with_documents
from tests.support.operations import ABSENT, BODIES, INSTALLATIONS, NOT_MADE_HERE, WITHOUT_BODY, body_of
from tests.support.stack import Stack
from tests.support.vendors import register

DOCUMENT: Final = json.loads((STATIC / "openapi.json").read_text())
METHODS: Final = ("get", "post", "patch", "put", "delete")


def with_an_id() -> list[tuple[str, str]]:
    return [
        (method, path)
        for path, item in DOCUMENT["paths"].items()
        for method in METHODS
        if method in item and "{" in path
    ]


@pytest.fixture(scope="module")
def matrix(stack: Stack) -> tuple[Belongings, list[Belongings]]:
    """Mine (test mode), and what must not exist for me: my own live objects, and the other vendor's in both modes."""
    mine, theirs = register(stack), register(stack)
    own = furnish(mine, live=False)
    foreign = [furnish(mine, live=True), furnish(theirs, live=False), furnish(theirs, live=True)]
    for each in (own, *foreign):
        with_documents(each)
    return own, foreign


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
    operation = f"{method} {path}"
    assert method == "get" or operation in BODIES, "the table has no body for this operation"
    name, *further = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    for each in further:  # a thing of a thing: the outer one is foreign, the inner one is one's own
        path = path.replace(f"{{{each}}}", own.ids[each])
    assert name in own.ids or name in NOT_MADE_HERE, f"the table has no object for {{{name}}}"
    body = {} if method == "get" else body_of(operation)
    prefix = NOT_MADE_HERE.get(name) or own.ids[name].split("_")[0]

    def ask(value: str) -> requests.Response:
        once = {"Idempotency-Key": f"{value}-{len(path)}"}
        return own.vendor.ask(method.upper(), path.replace(f"{{{name}}}", value), headers=once, **body)

    unknown = ask(f"{prefix}_{ABSENT}")
    answers = [ask(each.ids[name]) for each in foreign if each.ids.get(name) != own.ids.get(name)]

    expected = 403 if operation in INSTALLATIONS else 404
    assert unknown.status_code == expected, unknown.text
    for answer in answers:
        assert (answer.status_code, plain(answer.text)) == (expected, plain(unknown.text))


REFERENCES: Final = {
    "/v1/products": ({"name": "X", "campaign": "campaign_id"}),
    "/v1/plans": ({"name": "X", "product": "product_id", "currency": "EUR", "unit_amount": 1, "interval": "month"}),
    "/v1/subscriptions": ({"customer": "customer_id", "plan": "plan_id"}),
    "/v1/portal_sessions": ({"customer": "customer_id", "configuration": "configuration_id"}),
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


# One thing each, of whoever asks.
NO_LISTS: Final = {"/v1/billing_settings", "/v1/test_clock", "/v1/action_log/check", "/v1/overview"}
FILES: Final = {"/v1/invoices/csv": "/v1/invoices"}  # the same without pages
SENT: Final = {"/v1/api_requests": {"ids", "idempotency_key"}}  # what one sent oneself, foreign ids too


@pytest.mark.parametrize(
    "path",
    sorted(
        path
        for path, item in DOCUMENT["paths"].items()
        if "get" in item and not {"{", path} & {*path, *NO_LISTS, *FILES}
    ),
)
def test_lists_and_cursors_show_nothing_foreign(matrix: tuple[Belongings, list[Belongings]], path: str) -> None:
    own, foreign = matrix
    if path.endswith("/explain"):
        answer = own.vendor.ask(
            "GET", path, params={"subscription": foreign[1].ids["subscription_id"], "action": "cancel"}
        )
        assert answer.status_code in (400, 404), answer.text
        return
    rows = own.vendor.all_of(path)
    listed = json.dumps(
        [{name: value for name, value in row.items() if name not in SENT.get(path, ())} for row in rows]
    )

    for each in foreign:
        for name, value in each.ids.items():
            if value == own.ids.get(name):
                continue
            assert value not in listed
            cursor = own.vendor.ask("GET", path, params={"starting_after": value})
            assert (cursor.status_code, cursor.json()["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize("path", sorted(FILES))
def test_a_file_of_everything_shows_nothing_foreign(matrix: tuple[Belongings, list[Belongings]], path: str) -> None:
    own, foreign = matrix

    text = own.vendor.ask("GET", path).text

    assert len(list(csv.DictReader(io.StringIO(text)))) == len(own.vendor.all_of(FILES[path])) > 0
    assert not {value for each in foreign for name, value in each.ids.items() if value != own.ids.get(name)} & {
        cell for row in csv.reader(io.StringIO(text)) for cell in row
    }


@pytest.mark.parametrize(
    "field", ["vendor", "mode", "status", "created_at", "id", "number", "order_number", "paid", "role"]
)
def test_protected_fields_are_refused_everywhere(matrix: tuple[Belongings, list[Belongings]], field: str) -> None:
    own, _ = matrix

    for operation in BODIES:
        if operation in WITHOUT_BODY | INSTALLATIONS:
            continue
        method, path = operation.split(" ")
        for name in [part[1:-1] for part in path.split("/") if part.startswith("{")]:
            path = path.replace(f"{{{name}}}", own.ids.get(name) or f"{NOT_MADE_HERE[name]}_{ABSENT}")
        once = {"Idempotency-Key": f"{field}-{operation.replace(' ', '-')}"}
        answer = own.vendor.ask(method.upper(), path, headers=once, **body_of(operation, **{field: "test"}))
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
