"""Meters in the console, and the plans that show them."""

import pytest

from tests.integration.portal_pages.console import Staff, fields_of

HOME = "/console/catalog"


@pytest.mark.feature("C26", "J13")
def test_a_meter_is_made_renamed_and_put_away(staff: Staff, portal: str) -> None:
    assert "No meters yet" in staff.get(f"{HOME}/meters").text
    made = staff.post(
        f"{HOME}/meters/new",
        {"meter.name": " Storage ", "meter.unit_label": "GB", "meter.aggregation": "last"},
    )
    assert made.status_code == 303, made.text
    (meter,) = staff.shop.get("/v1/meters")["data"]
    assert (meter["name"], meter["unit_label"], meter["aggregation"]) == ("Storage", "GB", "last")
    address = f"{HOME}/meters/{meter['id']}"

    assert staff.post(address, {"meter.name": "Disk", "meter.unit_label": "", "revision": "1"}).status_code == 303
    assert staff.shop.get(f"/v1/meters/{meter['id']}")["unit_label"] is None
    assert staff.post(address, {"meter.name": "Late", "revision": "1"}).status_code == 409
    assert staff.post(f"{HOME}/meters/new", {"meter.name": "", "meter.aggregation": "worst"}).status_code == 422

    assert staff.post(f"{address}/archive", {"do": "archive"}).status_code == 303
    assert meter["id"] not in staff.get(f"{HOME}/meters").text
    assert staff.shop.logged(meter["id"]) == ["meter.created", "meter.updated", "meter.updated"]


@pytest.mark.feature("C26", "J13")
def test_a_plan_says_in_words_which_meters_it_shows(staff: Staff, portal: str) -> None:
    shop = staff.shop
    calls, disk = (shop.post("/v1/meters", {"name": each})["id"] for each in ("API calls: fast", "Disk"))
    plan = shop.plan()
    address = f"{HOME}/plans/{plan['id']}"

    def save(lines: str) -> int:
        form = fields_of(staff.get(address).text)
        form["plan.usage"] = lines
        return staff.post(address, form).status_code

    assert save("Disk: 50\r\n\r\nAPI calls: fast") == 303
    assert shop.get(f"/v1/plans/{plan['id']}")["usage"] == [
        {"meter": disk, "included": 50},
        {"meter": calls, "included": None},
    ]
    assert "Disk: 50\nAPI calls: fast</textarea>" in staff.get(address).text
    for wrong in ("Disc: 50", "Disk: many", "Disk: -1", "Disk\nDisk: 3", "Disk: 9999999999999"):
        assert save(wrong) == 422
    shop.patch(f"/v1/meters/{disk}", {"archived": True})
    assert save("Disk: 60") == 303
    assert shop.get(f"/v1/plans/{plan['id']}")["usage"] == [{"meter": disk, "included": 60}]
    assert save("") == 303
    assert shop.get(f"/v1/plans/{plan['id']}")["usage"] == []
    assert save("Disk: 60") == 422
