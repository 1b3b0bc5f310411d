"""A card number is refused wherever it is sent, and kept nowhere (PC-02)."""

from typing import Any

import pytest

from tests.integration.portal.shop import Shop


@pytest.mark.feature("D02")
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/customers", {"email": "a@example.com", "display_name": "4242 4242 4242 4242"}),
        ("POST", "/v1/products", {"name": "x", "4242-4242-4242-4242": 1}),
        ("POST", "/v1/payment_methods/setups", {"customer": "４２４２４２４２４２４２４２４２"}),
        ("GET", "/v1/customers?reference=4242424242424242", None),
    ],
)
def test_a_card_number_in_any_field_is_refused_and_not_kept(
    shop: Shop, capfd: pytest.CaptureFixture[str], method: str, path: str, body: Any
) -> None:
    answer = shop.ask(method, path, **({} if body is None else {"json": body}))

    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["code"] == "pan_detected"
    assert "4242" not in answer.text + "".join(capfd.readouterr())
