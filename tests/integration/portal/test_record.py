"""The action log: every line with who and where from, chained behind the writers, and named when it was touched."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.portal.actions import subscriptions
from services.portal.actions.operations import action_log as log
from services.portal.actions.operations import sealing
from services.portal.jobs import JOBS
from services.portal.models import Entry, LogHead
from services.portal.queries import action_log as queries
from services.portal.queries.action_log import ChainView
from services.portal.rules.operations.chain import Fault
from shared import clock, jobs
from shared.database import Database, Session, scope, steady
from tests.integration.portal.shop import Shop
from tests.integration.portal.tampering import tamper
from tests.integration.portal.test_cli import bursar


def entries(shop: Shop) -> list[dict[str, Any]]:
    """The log, oldest first."""
    found: list[dict[str, Any]] = shop.get("/v1/action_log?limit=100")["data"]
    return list(reversed(found))


def verified(shop: Shop) -> ChainView:
    """The chain of this shop's mode, as the command looks at it."""
    with shop.database.begin(read_only=True) as session, scope.platform():
        steady(session)
        (found,) = [each for each in queries.verify(session, vendor=shop.vendor) if each.mode == shop.mode]
    return found


def a_log(shop: Shop, length: int = 6) -> list[dict[str, Any]]:
    """So many sealed lines."""
    while len(entries(shop)) < length:
        shop.product()
    sealing.seal_all(shop.database.begin, vendor=shop.vendor)
    assert verified(shop).break_count == 0
    return entries(shop)


@pytest.mark.feature("M08")
def test_every_line_has_who_and_from_where_and_is_sealed_a_moment_later(shop: Shop) -> None:
    customer = shop.customer("ada@example.com")
    headers = {"X-Real-IP": "203.0.113.9", "X-Request-Id": "req-of-the-test"}
    shop.patch(f"/v1/customers/{customer['id']}", {"company": "Tessaly"}, headers=headers)
    (line,) = [each for each in entries(shop) if each["action"] == "customer.updated"]

    assert (line["actor_kind"], line["actor_id"], line["customer"]) == ("key", "key_1", customer["id"])
    assert (line["request_id"], line["client_address"]) == ("req-of-the-test", "203.0.113.9")
    assert (line["sequence"], line["hash"]) == (None, None)
    jobs.prepare(shop.database, JOBS)
    (job,) = [each for each in JOBS if each.name == sealing.JOB]
    jobs.run_once(shop.database, job, adapters=None)

    (line,) = [each for each in entries(shop) if each["action"] == "customer.updated"]
    assert line["sequence"] > 0
    assert len(line["hash"]) == 64
    assert verified(shop).break_count == 0


@pytest.mark.feature("M08")
def test_each_vendor_and_mode_has_a_chain_of_its_own(shop: Shop, other: Shop) -> None:
    for one in (shop, other, shop.live()):
        one.product()
        one.product()

    sealing.seal_all(shop.database.begin)

    for one in (shop, other, shop.live()):
        assert [each["sequence"] for each in entries(one)] == list(range(1, len(entries(one)) + 1))
        assert verified(one).lines == len(entries(one))
    assert verified(shop).head != verified(other).head


@pytest.mark.feature("M08")
@pytest.mark.parametrize(
    "change",
    [
        "action = 'x'",
        "actor_id = 'somebody'",
        'after = \'{"name": "other"}\'',
        "customer = 'cus_x'",
        "at = '2020-01-01 00:00:00'",
        "previous_hash = hash",
    ],
)
def test_a_changed_line_is_named(shop: Shop, change: str) -> None:
    line = a_log(shop)[2]

    tamper(shop.database, f"UPDATE action_log SET {change} WHERE id = :id", id=line["id"])

    found = verified(shop)
    assert {(each.sequence, each.entry) for each in found.breaks} == {(3, line["id"])}
    assert Fault.CHANGED in {each.fault for each in found.breaks}


@pytest.mark.feature("M08")
@pytest.mark.parametrize(
    ("gone", "fault", "named"), [(0, Fault.MISSING, 1), (2, Fault.MISSING, 3), (-1, Fault.CUT, None)]
)
def test_a_line_that_was_taken_out_is_missed(shop: Shop, gone: int, fault: Fault, named: int | None) -> None:
    lines = a_log(shop)

    tamper(shop.database, "DELETE FROM action_log WHERE id = :id", id=lines[gone]["id"])

    (found,) = verified(shop).breaks
    assert (found.fault, found.entry) == (fault, None if named is None else lines[named]["id"])


@pytest.mark.feature("M08")
def test_lines_that_changed_places_are_named(shop: Shop) -> None:
    first, second = a_log(shop)[1:3]
    move = "UPDATE action_log SET sequence = :to WHERE id = :id"

    tamper(shop.database, move, id=first["id"], to=-1)
    tamper(shop.database, move, id=second["id"], to=first["sequence"])
    tamper(shop.database, move, id=first["id"], to=second["sequence"])

    assert {each.entry for each in verified(shop).breaks} >= {first["id"], second["id"]}


@pytest.mark.feature("M08")
def test_a_line_that_was_put_in_is_named(shop: Shop) -> None:
    last = a_log(shop)[-1]
    columns = "vendor, mode, actor_kind, actor_id, action, object, request_id, at"
    statement = (
        f"INSERT INTO action_log (id, {columns}, sequence, previous_hash, hash) "
        f"SELECT 'log_put_in_' || sequence, {columns}, sequence + 1, hash, hash FROM action_log WHERE id = :id"
    )

    with shop.database.engine.begin() as connection:
        connection.execute(text(statement), {"id": last["id"]})

    found = verified(shop)
    assert {each.fault for each in found.breaks} == {Fault.CHANGED, Fault.ADDED}
    assert {each.entry for each in found.breaks} == {f"log_put_in_{last['sequence']}"}


@pytest.mark.feature("M08")
def test_a_seal_that_was_broken_open_leaves_a_gap(shop: Shop) -> None:
    lines = a_log(shop)
    opened = "UPDATE action_log SET hash = NULL, sequence = NULL, previous_hash = NULL, action = 'x' WHERE id = :id"

    tamper(shop.database, opened, id=lines[2]["id"])
    sealing.seal_all(shop.database.begin, vendor=shop.vendor)

    assert [(each.fault, each.entry) for each in verified(shop).breaks] == [(Fault.MISSING, lines[3]["id"])]


@pytest.mark.feature("M08", "L11")
def test_the_command_seals_first_then_names_the_line_and_fails(shop: Shop) -> None:
    for _ in range(3):
        shop.product()
    whole = bursar(shop, "ledger", "verify", "--vendor", shop.slug)
    line = entries(shop)[1]

    tamper(shop.database, "UPDATE action_log SET object = 'prod_x' WHERE id = :id", id=line["id"])
    touched = bursar(shop, "ledger", "verify", "--vendor", shop.slug)

    assert (whole.exit_code, "The action log is whole." in whole.output) == (0, True), whole.output
    assert f"lines of the action log, the last one is {entries(shop)[-1]['hash']}" in whole.output
    assert touched.exit_code == 1
    assert f"{shop.vendor} test: line 2, {line['id']}, was changed" in touched.output
    assert "The action log was touched: 1 places are wrong." in touched.output


@pytest.mark.feature("M08")
def test_many_writers_and_many_who_seal_make_one_whole_chain(shop: Shop) -> None:
    stop, troubles = threading.Event(), []

    def writes(number: int) -> None:
        for step in range(25):
            with shop.inside() as session:
                log.write(
                    session, action="test.written", of=f"w{number}", before=None, after={"step": step}, now=clock.now()
                )

    def seals() -> None:
        while not stop.is_set():
            sealing.seal_all(shop.database.begin, vendor=shop.vendor)

    def safely(work: Any, *given: Any) -> None:
        try:
            work(*given)
        except Exception as error:  # a thread of its own: it would be lost
            troubles.append(error)

    writers = [threading.Thread(target=safely, args=(writes, number)) for number in range(4)]
    sealers = [threading.Thread(target=safely, args=(seals,)) for _ in range(2)]
    for thread in (*writers, *sealers):
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in sealers:
        thread.join()
    sealing.seal_all(shop.database.begin, vendor=shop.vendor)

    found = verified(shop)
    assert troubles == []
    assert found.break_count == 0
    with shop.inside() as session:
        lines = session.query(Entry).order_by(Entry.sequence).all()
    assert [each.sequence for each in lines] == list(range(1, found.lines + 1))
    assert sum(each.action == "test.written" for each in lines) == 100


def test_a_batch_that_does_not_commit_seals_nothing(shop: Shop, database: Database) -> None:
    shop.product()

    class Stopped(Exception):
        pass

    @contextmanager
    def begin() -> Iterator[Session]:
        with database.begin() as session:
            yield session
            raise Stopped

    with pytest.raises(Stopped):
        sealing.seal(begin, sealing.Chain(shop.vendor, "test"))

    assert {each["sequence"] for each in entries(shop)} == {None}
    with shop.inside() as session:
        assert session.query(LogHead).all() == []
    assert a_log(shop)[0]["sequence"] == 1


@pytest.mark.feature("M08")
def test_a_sealed_line_can_neither_be_changed_nor_sealed_again(shop: Shop) -> None:
    line = a_log(shop)[0]

    for change in ("action = 'x'", "hash = 'b'", "hash = NULL, sequence = NULL, previous_hash = NULL"):
        with pytest.raises(DBAPIError, match="append-only"), shop.database.engine.begin() as connection:
            connection.execute(text(f"UPDATE action_log SET {change} WHERE id = :id"), {"id": line["id"]})


@pytest.mark.feature("M08")
def test_the_vendor_asks_what_happened_on_an_account(shop: Shop, other: Shop) -> None:
    ada, eve = shop.customer("ada@example.com"), shop.customer("eve@example.com")
    subscription = shop.subscription(customer=ada)
    shop.payment(eve)

    of_ada = shop.get(f"/v1/action_log?customer={ada['id']}")["data"]

    assert {each["customer"] for each in of_ada} == {ada["id"]}
    assert {each["object"] for each in of_ada} >= {ada["id"], subscription["id"]}
    assert other.ask("GET", f"/v1/action_log?customer={ada['id']}").status_code == 404


@pytest.mark.feature("M08")
def test_a_line_says_whose_account_it_is_and_which_level_of_the_policy_decided(shop: Shop) -> None:
    plan = shop.plan(policies={"undo_cancel": {"setting": "allow"}})
    subscription = shop.subscription(plan=plan)

    shop.post(f"/v1/subscriptions/{subscription['id']}/cancel", {})
    with shop.as_customer(subscription["customer"]) as session:
        subscriptions.undo_cancel(session, subscription_id=subscription["id"], by=shop.who(), now=clock.now())

    found = {each["action"]: each for each in shop.get(f"/v1/action_log?object={subscription['id']}")["data"]}
    canceled, uncanceled = found["subscription.canceled"], found["subscription.uncanceled"]
    assert {each["customer"] for each in found.values()} == {subscription["customer"]}
    assert (canceled["actor_kind"], canceled["rule"]) == ("key", None)  # nobody asked the policy: it binds customers
    assert (uncanceled["actor_kind"], uncanceled["rule"]) == ("customer", "plan")
