"""What a dry run tells is what bringing the file in then does, and it writes nothing, however large the file."""

import io
import random
from dataclasses import replace

import pytest

from services.portal.actions.operations import imports
from services.portal.actions.operations.imports import Tally
from services.portal.rules.operations.import_row import Kind
from shared import clock
from shared.events import CustomerCreated, PaymentSucceeded
from tests.integration.portal.files import GOOD, HEADER, bring_in
from tests.integration.portal.shop import Shop, ago
from tests.support.statements import statements

HEADERS = {
    Kind.CUSTOMERS: "email,customer_id,name",
    Kind.PAYMENTS: "email,customer_id,date,description,amount,currency,reference",
    Kind.SUBSCRIPTIONS: "email,customer_id,plan,started_at,unit_amount,reference",
}


def look(shop: Shop, kind: Kind, content: str) -> Tally:
    with shop.inside() as session:
        return imports.look(session, kind=kind, file=io.BytesIO(content.encode()), now=clock.now())


def some_rows(kind: Kind, of: random.Random, count: int) -> str:
    """Rows of few people and few references, so that they meet each other; some of them can't be used."""

    def row() -> str:
        who = f"{of.choice(['ada@x.com', 'ADA@x.com', 'bob@x.com', 'eve@x.com', 'nobody'])},{of.choice(['', 'a', 'b'])}"
        known_by = of.choice(["", "r-1", "r-2", "r-3"])
        if kind is Kind.CUSTOMERS:
            return f"{who},{of.choice(['Ada', 'Bob'])}"
        if kind is Kind.PAYMENTS:
            return f"{who},2020-01-31,{of.choice(['Discs', 'Tapes'])},{of.choice(['1.00', 'x'])},usd,{known_by}"
        return f"{who},{of.choice(['Team', 'Gone'])},{ago(days=70)},{of.choice(['', '5.00', '1.999'])},{known_by}"

    return "\n".join([HEADERS[kind], *(row() for _ in range(count))])


@pytest.mark.feature("J15")
@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("seed", range(4))
def test_a_dry_run_tells_what_then_happens(shop: Shop, kind: Kind, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of few rows, so that those which belong together come in different ones."""
    monkeypatch.setattr(imports, "BATCH", 5)
    shop.plan(name="Team")
    of = random.Random(seed)
    for count in (12, 40):
        content = some_rows(kind, of, count)
        told = look(shop, kind, content)

        found = bring_in(shop, content, kind=kind)

        names = ("rows", "added", "customers_added", "unchanged", "refused")
        assert {each: getattr(told, each) for each in names} == {each: getattr(found, each) for each in names}
        assert [(each["line"], each["field"], each["code"]) for each in told.errors] == [
            (each.line, each.field, each.code) for each in found.errors
        ]
        again = look(shop, kind, content)
        assert again == replace(told, added=0, customers_added=0, unchanged=told.added + told.unchanged)


@pytest.mark.feature("J15")
def test_a_dry_run_asks_a_few_times_a_batch_and_writes_nothing(shop: Shop) -> None:
    rows = [GOOD.replace("c-1,ada", f"c-{number},ada{number}") for number in range(imports.BATCH * 2)]
    with statements(shop.database) as asked:
        told = look(shop, Kind.PAYMENTS, "\n".join([HEADER, *rows]))

    assert (told.added, told.customers_added) == (len(rows), len(rows))
    assert len(asked) <= 2 * 3
    assert all(each.lstrip().upper().startswith("SELECT") for each in asked)
    assert shop.get("/v1/customers")["data"] == []
    assert shop.said(CustomerCreated) == shop.said(PaymentSucceeded) == []
