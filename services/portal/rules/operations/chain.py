"""CALCULATES the hash of a line of the action log from the line before it, and DECIDES whether a chain is whole.

Each vendor and mode has a chain of its own. A line's hash is SHA-256 over what it says, its place and the hash of the
line before, written as JSON with sorted names and without spaces, in ASCII; moments in UTC with microseconds. The first
line follows sixty-four zeros. So a line that is changed, put in, taken out or moved no longer fits where it stands. The
client's address stays outside the hash: it is a person's, and can be taken away without breaking the chain.

Worked example: line 1 says A and follows zeros: its hash is h1 = SHA-256({…A…, "previous_hash": "00…", "sequence": 1}).
Line 2 says B and follows h1. Somebody makes A an A': the hash of line 1 is no longer h1, and line 1 is named; with h1
put right too, line 2 follows something that is not there, and line 2 is named.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

START: Final = "0" * 64


class Fault(StrEnum):
    """What is wrong at a line."""

    CHANGED = "changed"  # it says something else than when it was sealed
    BROKEN = "broken"  # it does not follow the line that stands before it
    MISSING = "missing"  # lines are gone from before it
    CUT = "cut"  # lines are gone from the end of the chain
    ADDED = "added"  # it stands behind the end of the chain


@dataclass(frozen=True, kw_only=True)
class Line:
    """What a line says."""

    id: str
    vendor: str
    mode: str
    actor_kind: str
    actor_id: str
    action: str
    object: str
    customer: str | None
    rule: str | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    request_id: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Link:
    """Where a sealed line stands."""

    sequence: int
    previous_hash: str
    hash: str


BEGINNING: Final = Link(sequence=0, previous_hash=START, hash=START)


def calculate(line: Line, *, after: Link) -> Link:
    """The place of `line` behind `after`."""
    sequence = after.sequence + 1
    return Link(sequence=sequence, previous_hash=after.hash, hash=_hash(line, sequence, after.hash))


def check(line: Line, at: Link, *, after: Link) -> tuple[Fault, ...]:
    """What is wrong with a sealed line that stands behind `after`. Nothing, in a chain that nobody touched."""
    faults = []
    if at.sequence != after.sequence + 1:
        faults.append(Fault.MISSING)
    elif at.previous_hash != after.hash:
        faults.append(Fault.BROKEN)
    if at.hash != _hash(line, at.sequence, at.previous_hash):
        faults.append(Fault.CHANGED)
    return tuple(faults)


def check_end(last: Link, *, head: Link) -> tuple[Fault, ...]:
    """What is wrong with the end of a chain whose last line was noted as `head`."""
    if last.sequence < head.sequence:
        return (Fault.CUT,)
    if last.sequence > head.sequence:
        return (Fault.ADDED,)
    return () if last.hash == head.hash else (Fault.BROKEN,)


def _hash(line: Line, sequence: int, previous_hash: str) -> str:
    said = {
        "id": line.id,
        "vendor": line.vendor,
        "mode": line.mode,
        "actor": {"kind": line.actor_kind, "id": line.actor_id},
        "action": line.action,
        "object": line.object,
        "customer": line.customer,
        "rule": line.rule,
        "before": line.before,
        "after": line.after,
        "request_id": line.request_id,
        "at": line.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "sequence": sequence,
        "previous_hash": previous_hash,
    }
    return sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
