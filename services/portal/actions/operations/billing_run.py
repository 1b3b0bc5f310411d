"""All that the clock has to do in one present moment, in order, until nothing is left to do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from services.portal.actions.payments import retry
from services.portal.actions.subscriptions import notices, renew
from services.portal.adapters.processors import Processors
from services.portal.queries.test_clocks import Present
from shared.database import Begin

BATCH: Final = 100


@dataclass(frozen=True, kw_only=True)
class Done:
    """How many of each."""

    turns: int
    retries: int
    notices: int

    @property
    def total(self) -> int:
        """How many things were done."""
        return self.turns + self.retries + self.notices


def run(begin: Begin, processors: Processors, *, present: Present, limit: int = BATCH) -> Done:
    """Renew, end, pause and resume what is due; try again what failed; tell what is coming."""
    return Done(
        notices=_drain(lambda: notices.run(begin, present=present, limit=limit)),
        turns=_drain(lambda: renew.run(begin, processors, present=present, limit=limit)),
        retries=_drain(lambda: retry.run(begin, processors, present=present, limit=limit)),
    )


def _drain(work: Callable[[], int]) -> int:
    """Again and again, until it finds nothing."""
    done = 0
    while found := work():
        done += found
    return done
