"""Billing details on the page: the country's own form, what may be changed, and two who change at once."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from services.portal.models import Customer
from shared.database import scope
from shared.events import DirectActionTaken, PaymentSucceeded
from tests.integration.portal_pages.conftest import Visitor
from tests.integration.portal_pages.test_ways_pages import configure

PAGE = "/details"
BERLIN = {
    "country": "DE",
    "postal_address.line1": "Lindenhof 4",
    "postal_address.postal_code": "10115",
    "postal_address.city": "Berlin",
}
_FIELD = re.compile(r'<(?:input|select)[^>]*\bid="f-([^"]+)"[^>]*>')


def on_file(visitor: Visitor) -> dict[str, Any]:
    found: dict[str, Any] = visitor.shop.get(f"/v1/customers/{visitor.customers[0]}")
    return found


def send(visitor: Visitor, form: dict[str, str], **more: str) -> Any:
    hidden = dict(re.findall(r'name="(csrf_token|revision|customer)" value="([^"]+)"', visitor.get(PAGE).text))
    return visitor.post(PAGE, {**hidden, **form, **more})


def labels(page: str) -> list[str]:
    """The fields of the form in their order, required ones with a star."""
    return [name + ("*" if " required" in tag[0] else "") for tag in _FIELD.finditer(page) for name in (tag[1],)]


@pytest.mark.feature("F01")
def test_an_address_is_saved_as_its_country_has_it_and_counts_from_the_next_invoice(visitor: Visitor) -> None:
    answer = send(visitor, {**BERLIN, "company": "Tessaly GmbH", "phone": "+49 30 1", "po_number": "PO 4711"})

    assert answer.status_code == 303
    page = visitor.browser.get(answer.headers["Location"], headers=visitor._passport()).text
    assert "Your details are saved" in page
    kept = on_file(visitor)
    assert kept["address"] == ["Lindenhof 4", "10115 Berlin"]
    assert (kept["company"], kept["country"], kept["po_number"]) == ("Tessaly GmbH", "DE", "PO 4711")
    visitor.shop.payment(customer={"id": visitor.customers[0]})
    buyer = visitor.shop.said(PaymentSucceeded)[-1].buyer
    assert buyer["address"] == kept["address"]
    assert (buyer["company"], buyer["po_number"]) == ("Tessaly GmbH", "PO 4711")


@pytest.mark.feature("F01")
@pytest.mark.parametrize(
    ("country", "fields"),
    [
        ("DE", ["line1*", "line2", "postal_code*", "city*"]),
        ("US", ["line1*", "line2", "city*", "state*", "postal_code*"]),
        ("JP", ["postal_code*", "state*", "line1*", "line2"]),
        ("IE", ["line1*", "line2", "district", "city*", "state", "postal_code"]),
        ("HK", ["state*", "city", "line1*", "line2"]),
    ],
)
def test_the_form_follows_the_country_and_keeps_what_was_typed(
    visitor: Visitor, country: str, fields: list[str]
) -> None:
    before = on_file(visitor)
    page = send(visitor, {"country": country, "postal_address.line1": "1 Long <Lane>", "phone": "123"}, redraw="1")

    assert page.status_code == 200
    assert "1 Long &lt;Lane&gt;" in page.text
    assert 'value="123"' in page.text
    shown = [each.partition(".")[2] for each in labels(page.text) if each.startswith("postal_address.")]
    assert shown == fields
    assert on_file(visitor) == before  # drawing anew keeps nothing


@pytest.mark.feature("F01")
def test_countries_stand_in_the_pages_language_and_its_order(visitor: Visitor) -> None:
    english = visitor.get(PAGE).text
    german = visitor.get(PAGE, **{"Accept-Language": "de"}).text

    names = re.findall(r'<option value="[A-Z]{2}"[^>]*>([^<]+)', german)[:249]
    assert "Deutschland" in names
    assert "Germany" in english
    assert names.index("Norwegen") < names.index("Österreich") < names.index("Pakistan")
    assert "Rechnungsangaben" in german


@pytest.mark.feature("F01")
def test_each_wrong_field_is_named_linked_and_kept(visitor: Visitor) -> None:
    wrong = {**BERLIN, "postal_address.postal_code": "101", "postal_address.city": "", "tax_id": "DE136695977"}
    answer = send(visitor, {**wrong, "company": "Tessaly"})

    assert answer.status_code == 422
    for field in ("postal_address.postal_code", "postal_address.city", "tax_id"):
        assert f'href="#f-{field}"' in answer.text
        assert re.search(rf'id="f-{re.escape(field)}"[^>]*aria-invalid="true"', answer.text)
    assert "One looks like this: DE136695976" in answer.text
    assert 'value="101"' in answer.text
    assert 'value="Tessaly"' in answer.text
    assert on_file(visitor)["address"] == []


@pytest.mark.feature("F01")
def test_two_at_once_see_both_versions_and_nothing_is_lost(visitor: Visitor) -> None:
    hidden = dict(re.findall(r'name="(csrf_token|revision|customer)" value="([^"]+)"', visitor.get(PAGE).text))
    assert send(visitor, {**BERLIN, "company": "First GmbH"}).status_code == 303

    late = visitor.post(PAGE, {**hidden, **BERLIN, "postal_address.line1": "Neue Str. 1", "company": "Second GmbH"})

    assert late.status_code == 409
    rivals = late.text.partition("data-rivals")[2].partition("</section>")[0]
    for said in ("First GmbH", "Second GmbH", "Lindenhof 4", "Neue Str. 1"):
        assert said in rivals
    assert on_file(visitor)["company"] == "First GmbH"
    fresh = dict(re.findall(r'name="(csrf_token|revision|customer)" value="([^"]+)"', late.text))
    again = visitor.post(PAGE, {**fresh, **BERLIN, "company": "Second GmbH"})
    assert again.status_code == 303
    assert on_file(visitor)["company"] == "Second GmbH"


def test_two_who_typed_the_same_are_no_conflict(visitor: Visitor) -> None:
    hidden = dict(re.findall(r'name="(csrf_token|revision|customer)" value="([^"]+)"', visitor.get(PAGE).text))
    send(visitor, BERLIN)

    assert visitor.post(PAGE, {**hidden, **BERLIN}).status_code == 303


@pytest.mark.feature("F03")
def test_what_is_not_listed_is_shown_and_refused(visitor: Visitor) -> None:
    customer = f"/v1/customers/{visitor.customers[0]}"
    visitor.shop.patch(customer, {"company": "Tessaly GmbH", "tax_id": "DE136695976", "country": "DE"})
    configure(visitor.shop, features={"customer_update": {"enabled": True, "allowed_updates": ["phone"]}})

    page = visitor.get(PAGE).text
    assert 'id="f-phone"' in page
    assert 'id="f-company"' not in page
    assert 'id="f-tax_id"' not in page
    assert "Tessaly GmbH" in page
    assert "DE136695976" in page
    refused = send(visitor, {"phone": "1", "company": "Other"})
    assert refused.status_code == 422
    assert "does not let customers change this" in refused.text
    assert on_file(visitor)["company"] == "Tessaly GmbH"
    assert on_file(visitor)["phone"] is None
    assert send(visitor, {"phone": "1"}).status_code == 303


@pytest.mark.feature("F03")
def test_the_api_refuses_a_customer_what_is_not_listed_naming_it(visitor: Visitor) -> None:
    configure(visitor.shop, features={"customer_update": {"enabled": True, "allowed_updates": ["phone"]}})
    address = f"/v1/customers/{visitor.customers[0]}"

    def ask(body: dict[str, Any]) -> Any:
        return visitor.browser.patch(address, json=body, headers=visitor._passport())

    refused = ask({"phone": "1", "tax_id": "DE136695976", "email": "x@example.com", "reference": "me"})
    assert refused.status_code == 422
    assert [(each["field"], each["code"]) for each in refused.get_json()["errors"]] == [
        ("email", "not_changeable"),
        ("reference", "not_changeable"),
        ("tax_id", "not_changeable"),
    ]
    assert on_file(visitor)["phone"] is None
    assert ask({"phone": "1"}).status_code == 200
    assert on_file(visitor)["phone"] == "1"


def test_a_customer_changes_nobody_else_by_the_api(visitor: Visitor) -> None:
    other = visitor.shop.customer("other@example.com", phone="1")
    address = f"/v1/customers/{other['id']}"

    assert visitor.browser.patch(address, json={"phone": "2"}, headers=visitor._passport()).status_code == 404
    assert visitor.get(f"{PAGE}?customer={other['id']}").status_code == 404
    assert send(visitor, {"phone": "2"}, customer=other["id"]).status_code == 404
    visitor.more = {"role": "viewer", "delegate": "dlg_1"}
    own = f"/v1/customers/{visitor.customers[0]}"
    refused = visitor.browser.patch(own, json={"phone": "2"}, headers=visitor._passport())
    assert (refused.status_code, refused.get_json()["code"]) == (403, "role_not_allowed")
    assert visitor.shop.get(address)["phone"] == "1"
    assert on_file(visitor)["phone"] is None


@pytest.mark.feature("F03")
def test_switched_off_everything_is_shown_and_nothing_is_changed(visitor: Visitor) -> None:
    visitor.shop.patch(f"/v1/customers/{visitor.customers[0]}", {"company": "Tessaly GmbH"})
    configure(visitor.shop, features={"customer_update": {"enabled": False}})

    page = visitor.get(PAGE)
    assert "Tessaly GmbH" in page.text
    assert "data-details" not in page.text
    assert send(visitor, {"company": "Other"}).status_code in (403, 422)
    assert on_file(visitor)["company"] == "Tessaly GmbH"


@pytest.mark.feature("F04")
def test_a_shipping_address_has_its_own_country_and_goes_again(visitor: Visitor) -> None:
    tokyo = {
        "shipping.country": "JP",
        "shipping.name": "Aiko",
        "shipping.line1": "1-2-3 Chuo",
        "shipping.postal_code": "154-0023",
        "shipping.state": "東京都",
    }
    assert send(visitor, tokyo).status_code == 303
    kept = on_file(visitor)["shipping"]
    assert (kept["country"], kept["name"], kept["state"]) == ("JP", "Aiko", "東京都")
    assert on_file(visitor)["address"] == []

    assert send(visitor, {**tokyo, "shipping.postal_code": "1"}).status_code == 422
    assert send(visitor, {**tokyo, "shipping.country": ""}).status_code == 303
    assert on_file(visitor)["shipping"] is None

    configure(visitor.shop, features={"customer_update": {"enabled": True, "allowed_updates": ["address"]}})
    assert "f-shipping.country" not in visitor.get(PAGE).text
    assert send(visitor, tokyo).status_code == 422


def test_lines_that_a_vendor_wrote_stay_while_only_something_else_is_changed(visitor: Visitor) -> None:
    lines = ["Haus am See", "Am Ufer 3", "18546 Sassnitz"]
    visitor.shop.patch(f"/v1/customers/{visitor.customers[0]}", {"address": lines, "country": "DE"})

    page = visitor.get(PAGE).text
    assert "Haus am See, Am Ufer 3, 18546 Sassnitz" in page
    assert send(visitor, {"country": "DE", "phone": "5"}).status_code == 303
    assert on_file(visitor)["address"] == lines
    other = send(visitor, {"country": "FR"})
    assert other.status_code == 422  # another country needs its own address
    assert 'href="#f-postal_address.line1"' in other.text


def test_nobody_sees_or_changes_details_without_the_proof_that_is_asked(visitor: Visitor) -> None:
    visitor.shop.patch(f"/v1/customers/{visitor.customers[0]}", {"phone": "+49 30 778899"})
    form = dict(re.findall(r'name="(csrf_token|revision|customer)" value="([^"]+)"', visitor.get(PAGE).text))
    visitor.assurance = "viewer"
    assert "778899" not in visitor.get(PAGE).text
    assert "/sign-in" in visitor.post(PAGE, {**form, **BERLIN}).headers["Location"]  # no auth here to ask in place
    assert on_file(visitor)["address"] == []

    configure(visitor.shop, sign_in={"direct_actions": ["order_number"]})
    visitor.more = {"way_in": "order_number"}
    assert send(visitor, BERLIN).status_code == 303
    assert visitor.shop.said(DirectActionTaken)[-1].action == "update_details"


@pytest.mark.feature("F02")
def test_a_confirmed_number_says_by_whom_and_when(visitor: Visitor) -> None:
    customer = visitor.customers[0]
    visitor.shop.patch(f"/v1/customers/{customer}", {"country": "DE", "tax_id": "DE136695976"})
    assert "It is not verified with the register." in visitor.get(PAGE).text

    with visitor.shop.database.begin() as session, scope.platform():
        row = session.get_one(Customer, customer)
        row.tax_id_standing, row.tax_id_verified_at = "verified", datetime(2026, 11, 20, tzinfo=UTC)
        session.flush()

    assert "Confirmed by VIES on 20 November 2026" in visitor.get(PAGE).text


def test_an_accountant_sees_them_and_changes_nothing(visitor: Visitor) -> None:
    visitor.more = {"role": "accountant", "delegate": "dlg_1"}

    page = visitor.get(PAGE)
    assert "data-details" not in page.text
    assert send(visitor, BERLIN).status_code == 403
    assert on_file(visitor)["address"] == []


@pytest.mark.feature("F02")
def test_a_tax_id_with_the_digits_of_a_card_is_a_tax_id_in_its_country(visitor: Visitor) -> None:
    """A CNPJ of 14 digits may pass the check of card numbers; it is taken, and the same digits elsewhere are not."""
    number = "11222363000198"
    sao_paulo = {
        "country": "BR",
        "postal_address.line1": "Rua 1",
        "postal_address.city": "São Paulo",
        "postal_address.state": "SP",
        "postal_address.postal_code": "01310-100",
    }
    assert send(visitor, {**sao_paulo, "tax_id": number}).status_code == 303
    assert on_file(visitor)["tax_id"] == "11.222.363/0001-98"
    for elsewhere in ({"company": number}, {**sao_paulo, "tax_id": "4242424242424242"}, {"phone": number}):
        assert "card number" in send(visitor, elsewhere).text
    shop, customer = visitor.shop, f"/v1/customers/{visitor.customers[0]}"
    assert shop.ask("PATCH", customer, json={"tax_id": number, "country": "BR"}).status_code == 200
    assert shop.ask("PATCH", customer, json={"company": number, "country": "BR"}).get_json()["code"] == "pan_detected"


def test_a_number_is_told_right_or_wrong_while_somebody_types(visitor: Visitor) -> None:
    wrong = send(visitor, {"country": "DE", "tax_id": "DE136695977"}, redraw="1")
    right = send(visitor, {"country": "DE", "tax_id": "de 136 695 976"}, redraw="1")

    assert wrong.status_code == right.status_code == 200
    assert "This is no tax ID of this country" in wrong.text
    assert "This is no tax ID" not in right.text
