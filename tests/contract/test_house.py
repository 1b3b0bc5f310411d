"""Is the house in order: sizes, one way to commit, names, nothing of a machine in the sources."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HARD_LIMIT = 300
MAY_COMMIT = ("shared/", "tests/", "benchmarks/")
FORBIDDEN_WORDS = {"utils", "helpers", "helper", "misc", "common_utils"}


def tracked(*patterns: str) -> list[Path]:
    """Files of the repository, added or not yet, without what .gitignore leaves out."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_no_source_file_is_longer_than_300_lines() -> None:
    sources = [path for path in tracked("*.py", "*.html", "*.js", "*.conf") if "/static/" not in str(path)]

    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources
        if "migrations/versions" not in str(path)
        and not path.read_text().startswith("# Written by ")  # nobody reads what is generated
        and (lines := len(path.read_text().splitlines())) > HARD_LIMIT
    }

    assert long == {}


def test_only_shared_commits() -> None:
    committing = [
        str(path.relative_to(ROOT))
        for path in tracked("*.py")
        if not str(path.relative_to(ROOT)).startswith(MAY_COMMIT) and ".commit(" in path.read_text()
    ]

    assert committing == []


def test_no_module_is_a_junk_drawer() -> None:
    drawers = [str(path.relative_to(ROOT)) for path in tracked("*.py") if FORBIDDEN_WORDS & set(path.stem.split("_"))]

    assert drawers == []


def test_every_suppression_gives_its_reason_on_the_line() -> None:
    bare = re.compile(r"#\s*(noqa(:\s*[A-Z0-9, ]+)?|type:\s*ignore(\[[^\]]*\])?)\s*$")

    unexplained = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked("shared/*.py", "services/*.py")
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if bare.search(line)
    ]

    assert unexplained == []


def test_lock_files_name_no_package_index() -> None:
    named = [
        path.name
        for path in tracked("requirements*.txt")
        if re.search(r"https?://|--index|--find-links", path.read_text())
    ]

    assert named == []


@pytest.mark.parametrize(
    "name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", ".env.example", ".editorconfig"]
)
def test_the_files_a_newcomer_looks_for_are_there(name: str) -> None:
    assert (ROOT / name).stat().st_size > 100
