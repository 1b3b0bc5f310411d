"""Details of customers, payments taken elsewhere, portals."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.portal.rules.customers import details
from services.portal.rules.payments import recording
from services.portal.rules.portals import configuration
from services.portal.rules.portals.configuration import DEFAULT_FEATURES, REASONS, Draft
from shared.errors import Invalid
from shared.money import LARGEST
from shared.totals import Line

NOW = datetime(2027, 5, 12, 10, tzinfo=UTC)


def codes(error: pytest.ExceptionInfo[Invalid]) -> set[tuple[str, str]]:
    return {(each.field, each.code) for each in error.value.fields}


def test_details_are_kept_in_their_one_form() -> None:
    found = details.decide(
        email=" Jörg.Maier@Bücher.DE ",
        display_name=" Ada ",
        address=["1 Row", "", " Bath "],
        country="gb",
        locale="de-AT",
    )

    assert (found.email, found.email_key) == ("Jörg.Maier@Bücher.DE", "jörg.maier@xn--bcher-kva.de")
    assert (found.display_name, found.company, found.country) == ("Ada", None, "GB")
    assert found.address == ("1 Row", "Bath")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("email", "nobody", "bad_email"),
        ("email", "a@example.com, b@example.com", "bad_email"),
        ("display_name", "A\x00da", "control_character"),
        ("display_name", "A\nda", "control_character"),
        ("company", "x" * 201, "too_long"),
        ("reference", "x" * 201, "too_long"),
        ("tax_id", "x" * 81, "too_long"),
        ("phone", "\x1b[31m", "control_character"),
        ("country", "ZZ", "unknown_country"),
        ("country", "Germany", "unknown_country"),
        ("locale", "english please", "bad_locale"),
        ("address", ["x"] * 7, "too_many_lines"),
    ],
)
def test_a_bad_detail_is_told_by_field(field: str, value: Any, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        details.decide(**{"email": "ada@example.com", field: value})

    assert codes(refused) == {(field, code)}


def test_a_bad_address_line_is_told_by_its_number() -> None:
    with pytest.raises(Invalid) as refused:
        details.decide(email="x", address=["fine", "y\x07"])

    assert codes(refused) == {("email", "bad_email"), ("address.1", "control_character")}


@pytest.mark.parametrize(
    ("quantity", "amount", "unit_amount"), [(2, 2933, None), (2, 2934, 1467), (3, 0, 0), (1, 99, 99)]
)
def test_a_line_total_has_a_unit_price_only_where_it_divides(
    quantity: int, amount: int, unit_amount: int | None
) -> None:
    line = recording.line_of(description="Discs", quantity=quantity, amount=amount)

    assert (line.unit_amount, line.amount) == (unit_amount, amount)


def test_a_recorded_payment_has_totals() -> None:
    lines = [recording.line_of(description="A", quantity=1, amount=1190, tax_rate=1900)]

    found = recording.calculate(lines=lines, currency="EUR", tax_behavior="inclusive")

    assert (found.totals.net, found.totals.tax, found.totals.total) == (1000, 190, 1190)


@pytest.mark.parametrize(
    ("lines", "field", "code"),
    [
        ([], "lines", "required"),
        ([Line(description="A", quantity=1, amount=-1)], "lines.0.amount", "negative_amount"),
        ([Line(description="A", quantity=1, amount=LARGEST + 1)], "lines.0.amount", "amount_too_large"),
        ([Line(description="A", quantity=0, amount=1)], "lines.0.quantity", "bad_quantity"),
        ([Line(description="A", quantity=1_000_001, amount=1)], "lines.0.quantity", "bad_quantity"),
    ],
)
def test_a_payment_that_makes_no_sense_is_refused(lines: list[Line], field: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        recording.calculate(lines=lines, currency="EUR", tax_behavior="exclusive")

    assert codes(refused) == {(field, code)}


def a_draft(**more: Any) -> Draft:
    draft = Draft(
        slug="lark",
        display_name="Lark",
        features=deepcopy(dict(DEFAULT_FEATURES)),
        appearance={"brand_color": "#1A2b3c", "headline": None, "description": None, "logo": None},
        languages={"auto_detect": True, "default_locale": "en-US"},
        links={},
    )
    return replace(draft, **more)


def test_a_portal_is_published_in_its_one_form() -> None:
    found = configuration.decide(a_draft(display_name=" Lark ", links={"privacy": "https://lark.example/p"}))

    assert (found.display_name, found.appearance["brand_color"]) == ("Lark", "#1a2b3c")
    assert found.links == {"privacy": "https://lark.example/p", "terms": None, "return": None, "support": None}


@pytest.mark.parametrize("url", ["https://lark.example", "http://localhost:3000/x", "http://127.0.0.1"])
def test_links_lead_to_https_or_to_this_machine(url: str) -> None:
    assert configuration.decide(a_draft(links={"return": url})).links["return"] == url


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "http://lark.example", "//lark.example", "https://", "https://[", "https://a b", "ftp://x",
     "https://user:pw@lark.example", "https://lark.example/\u202e", "https://x/" + "y" * 1000],
)  # fmt: skip
def test_other_links_are_refused(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        configuration.decide(a_draft(links={"terms": url}))

    assert codes(refused) == {("links.terms", "bad_url")}


def cancel_feature(**more: Any) -> dict[str, Any]:
    features: dict[str, Any] = deepcopy(dict(DEFAULT_FEATURES))
    features["subscription_cancel"].update(more)
    return features


def reasons(*options: str, enabled: bool = True) -> dict[str, Any]:
    return cancel_feature(cancellation_reason={"enabled": enabled, "options": list(options)})


_OPTIONS = "features.subscription_cancel.cancellation_reason.options"


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"slug": "Lark"}, "slug", "bad_portal_slug"),
        ({"slug": "-lark"}, "slug", "bad_portal_slug"),
        ({"slug": "x" * 64}, "slug", "bad_portal_slug"),
        ({"display_name": ""}, "display_name", "required"),
        ({"display_name": "x" * 201}, "display_name", "too_long"),
        ({"display_name": "a\x00"}, "display_name", "control_character"),
        ({"appearance": {"brand_color": "red"}}, "appearance.brand_color", "bad_color"),
        ({"appearance": {"headline": "x" * 1001}}, "appearance.headline", "too_long"),
        ({"languages": {"default_locale": "?"}}, "languages.default_locale", "bad_locale"),
        ({"features": cancel_feature(mode="never")}, "features.subscription_cancel.mode", "not_a_choice"),
        ({"features": reasons("boring")}, _OPTIONS, "not_a_choice"),
        ({"features": reasons("unused", "unused")}, _OPTIONS, "not_unique"),
        ({"features": reasons()}, _OPTIONS, "required"),
    ],
)
def test_a_portal_that_is_not_complete_and_fair_is_refused(change: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        configuration.decide(a_draft(**change))

    assert codes(refused) == {(field, code)}


def test_a_portal_that_asks_no_reason_needs_none() -> None:
    assert configuration.decide(a_draft(features=reasons(enabled=False)))
    assert configuration.decide(a_draft(features=reasons(*REASONS)))
