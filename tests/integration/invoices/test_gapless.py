"""IN-02: 200 invoices at once by 4 processes, a third rolled back, some killed: numbers are exactly 1 to N."""

import multiprocessing
import os
import random
import signal
import time

import pytest
from sqlalchemy import select

from services.invoices.actions import invoices
from services.invoices.models import Invoice, Series
from services.invoices.queries import verification
from shared import clock
from shared.database import Database, scope
from tests.integration.invoices.builders import a_payment, selling

PROCESSES = 4
EACH = 50
ROLLED_BACK = 0.3


@pytest.mark.feature("E13")
def test_numbers_are_gapless_whatever_is_rolled_back_or_killed(database: Database, vendor: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    url = database.url.render_as_string(hide_password=False)
    processes = [spawn.Process(target=_issue, args=(url, vendor, seed)) for seed in range(PROCESSES)]
    for process in processes:
        process.start()
    victim = processes[0]
    _wait_until_some_are_issued(database, vendor)
    os.kill(victim.pid, signal.SIGKILL)
    for process in processes:
        process.join(120)

    assert [process.exitcode for process in processes[1:]] == [0] * (PROCESSES - 1)
    with selling(database, vendor) as session:
        rows = session.execute(select(Invoice.sequence, Invoice.number, Invoice.issued_at).order_by(Invoice.sequence))
        sequences, numbers, dates = zip(*rows, strict=True)
        counter = session.scalar(select(Series.next_sequence))
    assert len(sequences) > EACH
    assert sequences == tuple(range(1, len(sequences) + 1))
    assert numbers == tuple(map(str, sequences))
    assert list(dates) == sorted(dates)
    assert counter == len(sequences) + 1
    with database.begin(read_only=True) as session, scope.platform():
        (report,) = verification.verify(session, vendor=vendor, mode="test")
    assert report.faults == ()


class _ChangedMind(Exception):
    pass


def _issue(url: str, vendor: str, seed: int) -> None:
    """One process: issue, and roll back every third or so."""
    chance = random.Random(seed)
    database = Database(url)
    for _ in range(EACH):
        try:
            with selling(database, vendor) as session:
                invoices.issue(session, payment=a_payment(historical=chance.random() < 0.5), now=clock.now())
                if chance.random() < ROLLED_BACK:
                    raise _ChangedMind
        except _ChangedMind:
            continue
    database.close()


def _wait_until_some_are_issued(database: Database, vendor: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with selling(database, vendor) as session:
            if len(session.scalars(select(Invoice.id).limit(20)).all()) == 20:
                return
        time.sleep(0.02)
    raise AssertionError("nothing was issued")
