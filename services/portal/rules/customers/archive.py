"""CALCULATES what is in the archive of a customer's data: its files, and cells that no spreadsheet takes for a formula.

Each table of each service is a CSV file of its own, and all of them together are one JSON file. A cell that begins like
a formula gets an apostrophe before it, as the law of spreadsheets wants it (CSV injection); the JSON file has it as it
is. Lists and objects in a cell are JSON.

Worked example: a ticket with the subject `=HYPERLINK(…)` stands in `csv/portal-tickets.csv` as `'=HYPERLINK(…)`.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from shared import spreadsheet

Tables = Mapping[str, Sequence[Mapping[str, Any]]]


def calculate(parts: Mapping[str, Tables]) -> dict[str, bytes]:
    """File names to contents. `parts`: service to its tables, each with its rows."""
    whole = {service: dict(tables) for service, tables in sorted(parts.items())}
    files = {"data.json": json.dumps(whole, ensure_ascii=False, indent=2).encode()}
    for service, tables in whole.items():
        for table, rows in sorted(tables.items()):
            if rows:
                files[f"csv/{service}-{table.replace('_', '-')}.csv"] = spreadsheet.written(list(rows[0]), rows)
    return files
