"""Tax ids through the API, and the register that confirms them: here a server of the test's own."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from services.portal.actions import tax_ids
from services.portal.adapters.vies import Vies
from shared import clock
from tests.integration.portal.shop import Shop


@dataclass
class Register:
    """Answers as VIES does."""

    says: str = "VALID"
    status: int = 200
    asked: list[str] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def register() -> Iterator[Register]:
    known = Register()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known.asked.append(self.path)
            body = json.dumps({"isValid": known.says == "VALID", "userError": known.says}).encode()
            self.send_response(known.status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    known.url = f"http://127.0.0.1:{server.server_port}"
    yield known
    server.shutdown()
    server.server_close()


def check(shop: Shop, register: Register | None, *, later: timedelta = timedelta()) -> int:
    vies = Vies("" if register is None else register.url)
    return tax_ids.check_due(shop.database.begin, vies=vies, now=clock.now() + later)


def german(shop: Shop, **more: Any) -> dict[str, Any]:
    return shop.customer("vat@example.com", country="DE", tax_id="de 136 695 976", **more)


def read(shop: Shop, customer: dict[str, Any]) -> Any:
    return shop.get(f"/v1/customers/{customer['id']}")


@pytest.mark.feature("F02")
def test_a_good_number_is_kept_unverified_until_the_register_confirms_it(shop: Shop, register: Register) -> None:
    made = german(shop)
    assert (made["tax_id"], made["tax_id_standing"], made["tax_id_verified_at"]) == ("DE136695976", "unverified", None)

    assert check(shop, register) >= 1

    assert "/ms/DE/vat/136695976" in register.asked
    kept = read(shop, made)
    assert kept["tax_id_standing"] == "verified"
    assert kept["tax_id_verified_at"] is not None
    asked = len(register.asked)
    check(shop, register, later=timedelta(days=2))
    assert register.asked[asked:].count("/ms/DE/vat/136695976") == 0


@pytest.mark.feature("F02")
@pytest.mark.parametrize(
    ("says", "status"), [("MS_UNAVAILABLE", 200), ("SERVICE_UNAVAILABLE", 200), ("VALID", 503), ("", 200)]
)
def test_while_the_register_is_down_a_number_stays_accepted_and_is_asked_again(
    shop: Shop, register: Register, says: str, status: int
) -> None:
    made = german(shop)
    register.says, register.status = says, status
    check(shop, register)
    assert read(shop, made)["tax_id_standing"] == "unverified"
    assert read(shop, made)["tax_id"] == "DE136695976"

    register.says, register.status = "VALID", 200
    check(shop, register)
    assert read(shop, made)["tax_id_standing"] == "unverified"  # not before an hour has passed
    check(shop, register, later=timedelta(hours=1, minutes=1))
    assert read(shop, made)["tax_id_standing"] == "verified"


@pytest.mark.feature("F02")
def test_what_the_register_does_not_know_stays_unverified(shop: Shop, register: Register) -> None:
    made = german(shop)
    register.says = "INVALID"

    check(shop, register)

    assert read(shop, made)["tax_id_standing"] == "unverified"


@pytest.mark.feature("F02")
def test_nobody_is_asked_unless_an_installation_switches_it_on(shop: Shop) -> None:
    german(shop)

    assert check(shop, None) == 0


@pytest.mark.feature("F02")
def test_another_number_is_unverified_again(shop: Shop, register: Register) -> None:
    made = german(shop)
    check(shop, register)

    changed = shop.patch(f"/v1/customers/{made['id']}", {"tax_id": "FR40303265045"})

    assert (changed["tax_id_standing"], changed["tax_id_verified_at"]) == ("unverified", None)
    gone = shop.patch(f"/v1/customers/{made['id']}", {"tax_id": None})
    assert gone["tax_id_standing"] is None


@pytest.mark.feature("F02")
def test_a_wrong_number_is_refused_naming_the_form_and_what_was_kept_before_stays(shop: Shop) -> None:
    made = shop.customer("old@example.com", tax_id="OLD 1")  # of no country: nothing to judge it by
    refused = shop.ask("PATCH", f"/v1/customers/{made['id']}", json={"country": "US", "tax_id": "12-34"})

    assert refused.status_code == 422
    (error,) = refused.get_json()["errors"]
    assert (error["field"], error["code"]) == ("tax_id", "bad_tax_id")
    assert "91-1144442" in error["detail"]
    assert shop.patch(f"/v1/customers/{made['id']}", {"display_name": "Old"})["tax_id"] == "OLD 1"


@pytest.mark.feature("F01")
def test_an_address_goes_in_as_fields_or_as_lines_and_never_both(shop: Shop) -> None:
    fields = {"line1": "1 Infinite Loop", "city": "Cupertino", "state": "California", "postal_code": "95014"}
    made = shop.customer("a@example.com", country="US", postal_address=fields)
    assert made["address"] == ["1 Infinite Loop", "Cupertino, CA 95014"]
    assert made["postal_address"]["state"] == "CA"
    url = f"/v1/customers/{made['id']}"

    assert shop.patch(url, {"phone": "1"})["address"] == made["address"]
    both = shop.ask("PATCH", url, json={"postal_address": fields, "address": ["Elsewhere 1"]})
    assert [each["code"] for each in both.get_json()["errors"]] == ["address_given_twice"]
    moved = shop.ask("PATCH", url, json={"country": "GB"})
    assert {each["field"] for each in moved.get_json()["errors"]} == {"postal_address.postal_code"}
    lines = shop.patch(url, {"address": ["Elsewhere 1", "Town"]})
    assert (lines["address"], lines["postal_address"]) == (["Elsewhere 1", "Town"], None)
    nowhere = shop.ask("PATCH", url, json={"country": None, "postal_address": fields})
    assert [each["field"] for each in nowhere.get_json()["errors"]] == ["country"]
