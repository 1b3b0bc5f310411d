"""Digests meet in `hmac.compare_digest` alone, and as bytes: text from a client may not be ASCII (HI-01)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.test_house import ROOT, tracked

_SECRET: re.Pattern[str] = re.compile(r"(^|_)(mac|digest|hexdigest|hash|signature)_?$")


def modules() -> Iterator[tuple[Path, ast.Module]]:
    """Those that make or compare MACs."""
    for path in tracked("shared/*.py", "services/*.py"):
        text = path.read_text()
        if "import hmac" in text:
            yield path, ast.parse(text)


def names_in(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            yield inner.id
        elif isinstance(inner, ast.Attribute):
            yield inner.attr


def is_bytes(node: ast.expr) -> bool:
    """Whether it says that it is: encoded, or a digest as it came."""
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("encode", "digest")
    )


def test_no_digest_is_compared_letter_by_letter() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        and any(isinstance(operator, ast.Eq | ast.NotEq | ast.In | ast.NotIn) for operator in node.ops)
        and any(_SECRET.search(name) for name in names_in(node))
    ]

    assert found == []


def test_digests_meet_as_bytes() -> None:
    """`*_mistakes.py` holds bytes by the names of its type `Way`; everywhere else the call itself shows it."""
    calls = [
        (path, node)
        for path, tree in modules()
        if not path.stem.endswith("_mistakes")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "compare_digest"
    ]

    assert len(calls) >= 4
    assert [f"{path.name}:{node.lineno}" for path, node in calls if not all(map(is_bytes, node.args))] == []


def test_the_comparison_of_bytes_takes_any_text() -> None:
    """Why: the same with text raises TypeError."""
    import hmac

    with pytest.raises(TypeError):
        hmac.compare_digest("é", "x")
    assert not hmac.compare_digest("é".encode(), b"x")
