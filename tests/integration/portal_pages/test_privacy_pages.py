"""M17: a customer's own data, taken along or erased, by the customer's own hand and after fresh proof."""

import csv
import io
import json
import re
import zipfile
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from services.portal.actions import exporting
from services.portal.jobs import expire_exports
from services.portal.models import Export
from shared import clock
from shared.database import scope
from shared.events import CustomerErased, CustomerExportReady, CustomerExportRequested
from tests.integration.portal.shop import Shop
from tests.integration.portal_pages.conftest import Visitor

NOTES = {"notifications": {"messages": [{"id": "msg_1", "subject": "=HYPERLINK(1)", "kind": "receipt"}]}, "auth": {}}


def brought(shop: Shop, parts: dict[str, Any] | None = None) -> str:
    """Auth has collected what the others hold, for the newest export."""
    wanted = shop.said(CustomerExportRequested)[-1]
    with scope.system(vendor=shop.vendor, mode=shop.mode, job="test"), shop.database.begin() as session:
        assert exporting.make(session, export_id=wanted.export, parts=parts or NOTES, now=clock.now())
    return str(wanted.export)


def erase(visitor: Visitor, **form: str) -> Any:
    return visitor.post("/privacy/erase", {**visitor.hidden("/privacy/erase"), "understood": "yes", **form})


@pytest.mark.feature("M17", "L05")
def test_a_copy_is_put_together_in_the_background_and_fetched_once(shop: Shop, visitor: Visitor) -> None:
    shop.payment({"id": visitor.customers[0]}, description="Reeds")

    asked = visitor.post("/privacy/exports", visitor.hidden("/privacy"))
    waiting = visitor.get("/privacy").text
    export = brought(shop)
    ready = visitor.get("/privacy").text
    fetched = visitor.post(f"/privacy/exports/{export}", visitor.hidden("/privacy"))
    again = visitor.post(f"/privacy/exports/{export}", visitor.hidden("/privacy"))

    assert (asked.status_code, asked.headers["Location"]) == (303, f"{visitor.home}/privacy")
    assert 'data-export="pending"' in waiting
    assert 'data-export="ready"' in ready
    assert (fetched.status_code, fetched.headers["Content-Type"]) == (200, "application/zip")
    assert (fetched.headers["Cache-Control"], again.status_code) == ("no-store", 409)
    archive = zipfile.ZipFile(io.BytesIO(fetched.data))
    data = json.loads(archive.read("data.json"))
    assert data["portal"]["customers"][0]["email"] == "ada@example.com"
    assert [each["description"] for each in data["portal"]["payments"]] == ["Reeds"]
    assert data["notifications"]["messages"][0]["subject"] == "=HYPERLINK(1)"
    rows = list(csv.DictReader(io.StringIO(archive.read("csv/notifications-messages.csv").decode("utf-8-sig"))))
    assert rows[0]["subject"] == "'=HYPERLINK(1)"
    assert "token" not in archive.read("data.json").decode()
    (said,) = shop.said(CustomerExportReady)
    assert (said.export, said.by_customer) == (export, True)


@pytest.mark.feature("M17", "L05")
def test_it_is_gone_after_24_hours(shop: Shop, visitor: Visitor) -> None:
    visitor.post("/privacy/exports", visitor.hidden("/privacy"))
    export = brought(shop)

    ready = shop.get(f"/v1/customers/{visitor.customers[0]}/exports/{export}")
    good_for = datetime.fromisoformat(ready["expires_at"]) - datetime.fromisoformat(ready["ready_at"])
    with shop.inside() as session:
        session.execute(update(Export).where(Export.id == export).values(expires_at=clock.now(), due_at=clock.now()))
    late = visitor.post(f"/privacy/exports/{export}", visitor.hidden("/privacy"))
    dropped = expire_exports(shop.database.begin, now=clock.now(), adapters=None)
    shown = visitor.get("/privacy").text

    assert good_for == timedelta(hours=24)
    assert (late.status_code, 'data-export="expired"' in shown) == (409, True)
    assert dropped >= 1
    with shop.inside() as session:
        assert session.scalars(select(Export.content).where(Export.id == export)).one() is None


def test_nobody_elses_export_is_there(shop: Shop, visitor: Visitor) -> None:
    eve = shop.customer("eve@example.com")
    theirs = shop.post(f"/v1/customers/{eve['id']}/exports", {})

    assert visitor.post(f"/privacy/exports/{theirs['id']}", visitor.hidden("/privacy")).status_code == 404


@pytest.mark.feature("M17", "L05")
def test_the_vendors_key_asks_looks_and_fetches_once(shop: Shop, other: Shop) -> None:
    ada = shop.customer("ada@example.com")
    path = f"/v1/customers/{ada['id']}/exports"

    asked = shop.ask("POST", path, json={})
    again = shop.ask("POST", path, json={})
    early = shop.ask("POST", f"{path}/{asked.json['id']}/fetch")
    export = brought(shop)
    fetched = shop.ask("POST", f"{path}/{export}/fetch")
    late = shop.ask("POST", f"{path}/{export}/fetch")

    assert (asked.status_code, asked.json["status"], again.json["id"]) == (202, "pending", export)
    assert (early.status_code, early.json["code"]) == (409, "export_not_ready")
    assert zipfile.ZipFile(io.BytesIO(fetched.data)).testzip() is None
    assert (late.status_code, late.json["code"]) == (409, "export_gone")
    assert shop.get(f"{path}/{export}")["status"] == "fetched"
    assert [each["id"] for each in shop.get(path)["data"]] == [export]
    assert other.ask("GET", f"{path}/{export}").status_code == 404
    assert shop.said(CustomerExportReady)[-1].by_customer is False


@pytest.mark.feature("M17", "L06")
def test_what_is_shown_first_is_erased_and_the_answer_is_the_receipt(shop: Shop, visitor: Visitor) -> None:
    ada = visitor.customers[0]
    shop.payment({"id": ada})
    until = f"{clock.now().year + 10}"

    shown = visitor.get("/privacy/erase")
    unticked = visitor.post("/privacy/erase", visitor.hidden("/privacy/erase"))
    done = erase(visitor)

    assert shown.status_code == 200
    assert re.search(rf"Tax law asks for it\. Until [^<]*{until}", shown.text)
    assert (unticked.status_code, "Please tick" in unticked.text) == (422, True)
    assert (done.status_code, "Everything is erased" in done.text) == (200, True)
    assert "ada@example.com" not in done.text
    receipt = shop.get(f"/v1/customers/{ada}/erasure")
    assert receipt["id"] in done.text
    assert [said.customer for said in shop.said(CustomerErased)] == [ada]


@pytest.mark.feature("M17")
def test_what_runs_is_named_and_leads_to_its_cancellation(shop: Shop, visitor: Visitor) -> None:
    running = shop.subscription(customer={"id": visitor.customers[0]}, plan=shop.plan(name="Studio Team"))

    page = visitor.get("/privacy/erase")

    assert page.status_code == 409
    assert "Studio Team" in page.text
    assert f"/subscriptions/{running['id']}/cancellation" in page.text


@pytest.mark.feature("M17", "A23")
@pytest.mark.parametrize("weak", [{"minutes_ago": 31}, {"assurance": "viewer"}])
def test_without_fresh_proof_a_code_comes_first_whatever_the_portal_lets_weak_ways_do(
    shop: Shop, visitor: Visitor, weak: dict[str, Any]
) -> None:
    export = shop.post(f"/v1/customers/{visitor.customers[0]}/exports", {})["id"]
    brought(shop)
    tokens = {**visitor.hidden("/privacy"), **visitor.hidden("/privacy/erase")}
    for name, value in weak.items():
        setattr(visitor, name, value)
    visitor.more["way_in"] = "order_number"

    answers = [
        visitor.get("/privacy/erase"),
        visitor.post("/privacy/erase", {**tokens, "understood": "yes"}),
        visitor.post("/privacy/exports", tokens),
        visitor.post(f"/privacy/exports/{export}", tokens),
    ]

    assert {answer.status_code for answer in answers} <= {303, 403}
    assert shop.said(CustomerErased) == []
    assert shop.get(f"/v1/customers/{visitor.customers[0]}/exports/{export}")["status"] == "ready"


@pytest.mark.feature("M06", "M17")
@pytest.mark.parametrize(("role", "may_export"), [("billing_manager", True), ("accountant", False), ("viewer", False)])
def test_only_an_owner_erases(shop: Shop, visitor: Visitor, role: str, may_export: bool) -> None:
    tokens = {**visitor.hidden("/privacy"), **visitor.hidden("/privacy/erase")}
    visitor.more |= {"delegate": "dlg_1", "role": role}

    page = visitor.get("/privacy").text
    erased = visitor.post("/privacy/erase", {**tokens, "understood": "yes"})
    exported = visitor.post("/privacy/exports", tokens)

    assert f"{visitor.home}/privacy/erase" not in page
    assert (erased.status_code, exported.status_code) == (403, 303 if may_export else 403)
    assert shop.said(CustomerErased) == []


def test_staff_who_look_on_see_the_page_and_change_nothing(shop: Shop, visitor: Visitor) -> None:
    tokens = visitor.hidden("/privacy")
    visitor.more |= {"kind": "staff", "id": "usr_1"}

    assert visitor.get("/privacy").status_code == 200
    assert visitor.post("/privacy/exports", tokens).status_code == 403
    assert shop.said(CustomerExportRequested) == []
