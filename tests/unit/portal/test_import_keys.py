"""What a row of a file is known by is kept in tables: it must come out the same for ever."""

import hashlib
import json
from dataclasses import asdict
from typing import Any

import pytest

from services.portal.actions.operations.batches import Keys
from services.portal.rules.operations.import_row import COLUMNS, Kind, Row, decide
from shared import clock


def example(kind: Kind, **more: str) -> Row:
    columns = COLUMNS[kind]
    return decide(kind, dict(zip(columns.all, columns.example, strict=True)) | more, now=clock.now())


def digest(value: Any) -> bytes:
    return hashlib.sha256(json.dumps(value, default=str, sort_keys=True).encode()).digest()


@pytest.mark.parametrize("kind", list(Kind))
def test_a_row_without_a_reference_is_known_by_all_it_says_and_how_often(kind: Kind) -> None:
    row, keys = example(kind, reference="", name="Zoë"), Keys()

    said = digest(asdict(row)).hex()

    assert [keys.of(row), keys.of(row)] == [digest([said, 1]).hex(), digest([said, 2]).hex()]


def test_a_row_with_a_reference_is_known_by_it_alone() -> None:
    row = example(Kind.PAYMENTS)

    assert Keys().of(row) == hashlib.sha256(b'["reference", "po-77"]').hexdigest()
