"""`make features`: which tests show which row of docs/features.md. Marks are read from the sources, nothing runs."""

import ast
import re
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
_ROW = re.compile(r"^\| ([A-M]\d\d) \| (.*) \|$", re.MULTILINE)


def rows() -> dict[str, str]:
    """Id to title, in the order of the page."""
    return dict(_ROW.findall((ROOT / "docs/features.md").read_text()))


def shown() -> dict[str, list[str]]:
    """Id to the tests that carry it, as `file::function`."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                for feature in _marks(node):
                    found[feature].append(f"{path.relative_to(ROOT)}::{node.name}")
    return dict(found)


def _marks(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> list[str]:
    return [
        str(argument.value)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.feature"
        for argument in decorator.args
        if isinstance(argument, ast.Constant)
    ]


def table() -> str:
    """One line a row: id, number of tests, title, the tests."""
    tests = shown()
    lines = [f"{feature}  {len(tests.get(feature, [])):>3}  {title}" for feature, title in rows().items()]
    return "\n".join([*lines, "", f"{len(tests)} of {len(rows())} rows are shown by a test"])


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
