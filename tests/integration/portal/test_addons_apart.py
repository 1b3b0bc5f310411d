"""Add-ons: what is refused, what is done at once, and the catalog."""

import threading
from datetime import datetime
from typing import Any

import pytest

from tests.integration.portal import changing, clockwork
from tests.integration.portal.adding_on import add, addon, ask, remove
from tests.integration.portal.shop import Shop


@pytest.mark.feature("C27")
def test_what_does_not_fit_or_is_unknown_is_refused_and_changes_nothing(shop: Shop, other: Shop) -> None:
    subscription = clockwork.subscriber(shop, quantity=1)
    of = subscription["product"]
    yearly, dollars = addon(shop, of, interval="year"), addon(shop, of, currency="USD")
    elsewhere, theirs = addon(shop, shop.product()), addon(other, other.product())
    put_away = addon(shop, of)
    shop.patch(f"/v1/addons/{put_away['id']}", {"archived": True})
    other_plan = addon(shop, of, plans=[shop.plan(product={"id": of})["id"]])
    before = clockwork.read(shop, subscription["id"])

    refused = [ask(shop, subscription, "", {"addon": each["id"]}) for each in (yearly, dollars, elsewhere, put_away)]
    refused.append(ask(shop, subscription, "", {"addon": other_plan["id"]}))
    unknown = ask(shop, subscription, "", {"addon": theirs["id"]})
    missing = remove(shop, subscription, yearly)

    assert [(each.status_code, each.json["code"]) for each in refused] == [(409, "addon_not_offered")] * 5
    assert (unknown.status_code, unknown.json["code"]) == (404, "addon_unknown")
    assert (missing.status_code, missing.json["code"]) == (409, "addon_not_added")
    assert clockwork.read(shop, subscription["id"]) == before


@pytest.mark.feature("C27")
def test_two_at_once_are_each_charged_once_or_clearly_refused(shop: Shop) -> None:
    subscription = clockwork.subscriber(shop, quantity=1)
    kinds = [addon(shop, subscription["product"], name=f"Extra {number}") for number in range(2)]
    wanted = [kinds[0], kinds[0], kinds[1]]
    answers: list[Any] = []

    threads = [
        threading.Thread(target=lambda each=each: answers.append(ask(shop, subscription, "", {"addon": each["id"]})))
        for each in wanted
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    codes = {each.json.get("code") for each in answers if each.status_code != 200}
    good = [each for each in answers if each.status_code == 200]
    after = clockwork.read(shop, subscription["id"])
    charged = [each for each in clockwork.payments(shop, subscription) if each.kind == "addon"]
    assert codes <= {"addon_already_added", "payment_under_way"}
    assert 1 <= len(good) == len(charged) == len(after["addons"])
    assert after["next_charge"]["total"] == 2500 + 1000 * len(good)


@pytest.mark.feature("C27")
def test_a_stale_revision_and_a_key_used_twice_change_nothing_more(shop: Shop) -> None:
    subscription = clockwork.subscriber(shop, quantity=1)
    backups = addon(shop, subscription["product"])

    stale = ask(shop, subscription, "", {"addon": backups["id"]}, **{"If-Match": '"999"'})
    first, second = (
        ask(shop, subscription, "", {"addon": backups["id"]}, **{"Idempotency-Key": "twice"}) for _ in range(2)
    )
    stale_removal = remove(shop, subscription, backups, **{"If-Match": '"999"'})

    assert (stale.status_code, stale_removal.status_code) == (412, 412)
    assert first.data == second.data
    assert [each.kind for each in clockwork.payments(shop, subscription)] == ["start", "addon"]


@pytest.mark.feature("C27")
def test_what_the_vendor_collects_is_added_without_a_charge(shop: Shop) -> None:
    subscription = shop.subscription(quantity=1)
    added = add(shop, subscription, addon(shop, subscription["product"]))

    assert added["addons"][0]["quantity"] == 1
    assert clockwork.payments(shop, subscription) == []
    assert added["next_charge"]["total"] == 3500


@pytest.mark.feature("C27")
def test_a_catalog_entry_is_checked_and_changed_with_its_revision(shop: Shop) -> None:
    product = shop.product()
    monthly, yearly = shop.plan(product=product), shop.plan(product=product, interval="year")
    made = addon(shop, product, plans=[monthly["id"]])
    path = f"/v1/addons/{made['id']}"

    wrong = shop.ask("PATCH", path, json={"plans": [yearly["id"]]})
    fewer = shop.ask("PATCH", path, json={"minimum": 9})
    stale = shop.ask("PATCH", path, json={"name": "X"}, headers={"If-Match": '"7"'})
    changed = shop.patch(path, {"unit_amount": 1200, "archived": True}, headers={"If-Match": '"1"'})

    assert (wrong.status_code, wrong.json["errors"][0]["code"]) == (422, "addon_does_not_fit")
    assert (fewer.status_code, fewer.json["errors"][0]["field"]) == (422, "maximum")
    assert stale.status_code == 412
    assert (changed["unit_amount"], changed["revision"]) == (1200, 2)
    assert [each["id"] for each in shop.get(f"/v1/addons?product={product['id']}")["data"]] == [made["id"]]
    assert shop.logged(made["id"]) == ["addon.created", "addon.updated"]


@pytest.mark.feature("C27", "C18")
@pytest.mark.parametrize("behavior", ["none", "create_prorations", "always_invoice"])
@pytest.mark.parametrize("wanted", [{"quantity": 3}, {"plan": "pro"}, {"plan": "solo", "timing": "now"}])
def test_a_change_beside_them_does_what_its_preview_says(shop: Shop, behavior: str, wanted: dict[str, Any]) -> None:
    sold = changing.plans(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)
    add(shop, subscription, addon(shop, sold.product, unit_amount=733), 2)
    changing.halfway(shop, subscription)
    names = {"pro": sold.pro["id"], "solo": sold.solo["id"]}
    body = {**wanted, "proration_behavior": behavior}
    if "plan" in body:
        body["plan"] = names[body["plan"]]

    before = len(clockwork.payments(shop, subscription))
    foreseen = changing.preview(shop, subscription, body)
    changed = changing.done(changing.ask(shop, subscription, body))

    charged = clockwork.payments(shop, subscription)[before:]
    due = foreseen["due_now"]
    assert [each.total for each in charged] == ([] if due is None else [due["total"]])
    assert changed["next_charge"] == foreseen["next_charge"]
    assert [each["quantity"] for each in changed["addons"]] == [2]
    clockwork.advance(shop, to=datetime.fromisoformat(subscription["current_period_end"]))
    renewal = clockwork.payments(shop, subscription)[-1]
    assert (renewal.kind, renewal.total) == ("renewal", foreseen["next_charge"]["total"])
