"""A vendor with fifty subscriptions lives through a year; then its books balance and every invoice matches."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from services.invoices.actions import sellers
from services.invoices.handlers import issue_invoice
from services.portal.models import Credit, Payment, Subscription
from services.portal.models.sandbox import SandboxCharge
from services.portal.queries import ledger
from services.portal.rules.subscriptions.lifecycle import RUNNING
from shared.bus import codec
from shared.database import Database, migrations, scope
from shared.database.tables import outbox
from shared.events import InvoiceIssued, PaymentSucceeded
from tests.integration.portal import adding_on
from tests.integration.portal.clockwork import advance, envelopes, now, subscriber
from tests.integration.portal.shop import Shop
from tests.integration.portal.test_dunning import heal, spoil

PLANS: tuple[dict[str, Any], ...] = (
    {"unit_amount": 2500},
    {"unit_amount": 900, "interval": "week", "interval_count": 6},
    {"unit_amount": 24_900, "interval": "year"},
    {"unit_amount": 4900, "trial_days": 14},
    {"unit_amount": 7900, "interval": "month", "interval_count": 3},
)


@pytest.fixture
def books(tmp_path: Path) -> Database:
    """The invoices service's own database."""
    url = f"sqlite:///{tmp_path}/invoices.db"
    migrations.upgrade("invoices", url)
    return Database(url)


@pytest.mark.feature("L03", "M09", "C27", "C29")
def test_a_year_of_fifty_subscriptions_balances(shop: Shop, books: Database) -> None:
    plans = [shop.plan(**each) for each in PLANS]
    at = now(shop)
    subscriptions = [subscriber(shop, at=at, plan=plans[number % len(plans)]) for number in range(50)]
    for each in subscriptions[:10]:
        spoil(shop, each)
    advance(shop, "2mo")
    for each in subscriptions[5:10]:
        heal(shop, each)
    for each in subscriptions[10:20]:
        shop.post(f"/v1/subscriptions/{each['id']}/cancel", {})
    backups = adding_on.addon(shop, plans[0]["product"])
    for each in subscriptions[20:50:5]:
        adding_on.add(shop, each, backups, 2)
    for each in subscriptions[25:45:5]:
        shop.post(f"/v1/subscriptions/{each['id']}/pause", {"interval": "month", "interval_count": 1})

    advance(shop, "5mo")
    for each in subscriptions[35:50:5]:
        adding_on.good(adding_on.remove(shop, each, backups))
    advance(shop, "5mo")

    issue_all(shop, books)
    with shop.database.begin(read_only=True) as session, scope.platform():
        found = ledger.verify(session, vendor=shop.vendor)
    with shop.inside() as session:
        paid = session.scalars(select(Payment).where(Payment.status == "succeeded")).all()
        rows = session.scalars(select(Subscription)).all()
        assert session.scalars(select(Credit)).all() == []
    with shop.database.begin() as session:
        keys = {f"{each.id}:{number}" for each in paid for number in range(1, each.attempts + 1)}
        charges = session.scalars(
            select(SandboxCharge).where(SandboxCharge.key.in_(keys), SandboxCharge.status == "succeeded")
        ).all()
    assert found.is_balanced, found.mismatches
    assert sum(each.total for each in paid) == sum(each.amount for each in charges)
    assert len(charges) == len(paid) == sum(each.invoices for each in found.balances)
    assert all(each.current_period_end > now(shop) for each in rows if each.status in RUNNING - {"past_due", "paused"})
    assert max(Counter((each.subscription, each.period_start) for each in paid).values()) == 1


def issue_all(shop: Shop, books: Database) -> None:
    """What the invoices service hears and says."""
    with books.begin() as session:
        sellers.project(
            session,
            vendor=shop.vendor,
            slug=shop.slug,
            display_name="Larkfield",
            profile={},
            default_locale="en",
            revision=1,
            now=now(shop),
        )
    said = [each for each in envelopes(shop) if isinstance(each.event, PaymentSucceeded)]
    for envelope in said:
        with scope.system(vendor=shop.vendor, mode=shop.mode, job="test"), books.begin() as session:
            assert isinstance(envelope.event, PaymentSucceeded)
            issue_invoice(session, envelope.event, envelope=envelope)
    with books.begin() as session:
        bodies = session.execute(select(outbox.c.body).order_by(outbox.c.id)).scalars().all()
    issued = [codec.decode(body.encode()).event for body in bodies]
    dates = [each.issued_at for each in issued if isinstance(each, InvoiceIssued)]
    assert dates == sorted(dates)
    assert len(dates) == len(said)
    for each in issued:
        shop.hear(each)
