"""What we claim in prose is true: rules are in the README, settings in .env.example, links lead somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = ("auth", "portal", "invoices", "notifications")
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def test_every_rule_file_stands_in_the_table_where_is_it_decided() -> None:
    readme = (ROOT / "README.md").read_text()

    missing = [
        str(path.relative_to(ROOT))
        for path in ROOT.glob("services/*/rules/**/*.py")
        if path.name != "__init__.py" and f"`{path.name}`" not in readme
    ]

    assert missing == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_says_what_it_owns_publishes_and_hears(service: str) -> None:
    said = __import__(f"services.{service}", fromlist=["x"]).__doc__ or ""

    assert all(word in said.lower() for word in ("owns", "publishes", "listens"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_link_between_pages_is_dead(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text())

    dead = [link for link in links if "://" not in link and not (page.parent / link).exists()]

    assert dead == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_rule_states_its_policy_and_decides_or_calculates(service: str) -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "services" / service / "rules").rglob("*.py")
        if path.name != "__init__.py" and not path.read_text().startswith('"""')
    ]

    assert silent == []
