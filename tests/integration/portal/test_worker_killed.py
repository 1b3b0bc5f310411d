"""A worker that is killed in the middle of a renewal: another does the work, once."""

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from services.portal.models import Attempt
from services.portal.rules.payments.outcome import LEASE
from shared import clock
from shared.events import PaymentSucceeded, SubscriptionRenewed
from tests.integration.portal import clockwork, dying, scenes
from tests.integration.portal.shop import Shop
from tests.support.polling import until

Start = Callable[..., Any]


@pytest.fixture
def start(shop: Shop, tmp_path: Path) -> Iterator[Start]:
    """Starts a worker of this database, which ends with the test."""
    with ExitStack() as exits:

        def start(crash_at: str = "") -> Any:
            url = shop.database.url.render_as_string(hide_password=False)
            process = dying.start_worker(url, f"sqlite:///{tmp_path}/bus.db", crash_at=crash_at)
            exits.callback(process.join, 20)
            exits.callback(process.kill)
            return process

        yield start


@pytest.mark.feature("C29")
@pytest.mark.parametrize("point", dying.WORKER)
def test_a_worker_killed_between_claim_and_outcome_is_followed_by_another(shop: Shop, start: Start, point: str) -> None:
    subscription = clockwork.subscriber(shop, at=clock.now() - timedelta(days=32))
    worker = start(crash_at=point)
    worker.join(dying.PATIENCE)
    assert worker.exitcode == -signal.SIGKILL
    left = [each.status for each in clockwork.payments(shop, subscription)]

    _let_pass(shop, LEASE)
    for _ in range(2):
        start()
    until(lambda: shop.said(SubscriptionRenewed), seconds=dying.PATIENCE)

    assert left == (["succeeded"] if point == "claiming" else ["succeeded", "pending"])
    assert [each.status for each in clockwork.payments(shop, subscription)] == ["succeeded", "succeeded"]
    assert scenes.moved(shop) == ([("succeeded", 5000)] * 2, [])
    assert len(shop.said(SubscriptionRenewed)) == 1
    assert len(shop.said(PaymentSucceeded)) == 2


def _let_pass(shop: Shop, time: timedelta) -> None:
    """What was begun was begun so much earlier."""
    with shop.inside() as session:
        for begun in session.scalars(select(Attempt).where(Attempt.settle_at.is_not(None))):
            begun.settle_at = begun.settle_at and begun.settle_at - time
