"""How long `bursar run` takes until it is ready: on a new folder, and again on one that it knows."""

import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks import memory
from benchmarks.measure import Measure
from tests.support.stack import a_stack

TIMES = 3


def run() -> list[Measure]:
    with tempfile.TemporaryDirectory() as folder:
        first, _ = _ready(Path(folder))
        again = [_ready(Path(folder)) for _ in range(TIMES)]
    return [
        Measure(name="ready, first time (migrates, seeds the demo)", value=first, unit="s", goal="at most 15 s"),
        Measure(name="ready, again (median)", value=median(each for each, _ in again), unit="s", goal="at most 15 s"),
        Measure(name="memory of all processes, idle", value=again[0][1] / 2**20, unit="MB", goal="under 600 MB"),
    ]


def _ready(home: Path) -> tuple[float, float]:
    started = time.perf_counter()
    with a_stack(home) as stack:
        ready = time.perf_counter() - started
        time.sleep(3)
        return ready, float(memory.together(stack.process.pid))
