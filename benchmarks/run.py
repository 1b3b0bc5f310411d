"""`make bench`: runs each scenario, prints a table, writes JSON. It judges nothing; people compare.

Machines are noisy: a figure holds only beside another taken in the same run, so scenarios report medians,
and ratios to a floor that they measure themselves.
"""

import argparse
import importlib
import json
import pkgutil
import platform
import sys
from dataclasses import asdict
from pathlib import Path

from benchmarks import scenarios
from benchmarks.measure import Measure
from shared import clock

RESULTS = Path(__file__).parent / "results"


def main() -> int:
    names = sorted(module.name for module in pkgutil.iter_modules(scenarios.__path__))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenario", nargs="*", choices=[*names, []], help="which; all when none is named")
    chosen = parser.parse_args().scenario or names
    measures: dict[str, list[Measure]] = {}
    for name in chosen:
        sys.stderr.write(f"{name} …\n")
        measures[name] = importlib.import_module(f"benchmarks.scenarios.{name}").run()
        for measure in measures[name]:
            sys.stdout.write(f"{name:<18} {measure.name:<58} {measure.value:>10.1f} {measure.unit:<5} {measure.goal}\n")
    RESULTS.mkdir(exist_ok=True)
    at = clock.now()
    written = RESULTS / f"{at:%Y%m%dT%H%M%S}.json"
    written.write_text(
        json.dumps(
            {
                "at": at.isoformat(),
                "python": platform.python_version(),
                "machine": platform.machine(),
                "measures": {name: [asdict(measure) for measure in found] for name, found in measures.items()},
            },
            indent=1,
        )
    )
    sys.stderr.write(f"wrote {written.relative_to(Path.cwd()) if written.is_relative_to(Path.cwd()) else written}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
