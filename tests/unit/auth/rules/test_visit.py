"""What a page may wish for a visit (EM-04, EM-17)."""

from typing import Any

import pytest

from services.auth.rules import visit
from services.auth.rules.visit import BadVisit

HERE = ("https://a.example",)


@pytest.mark.parametrize(
    "wished",
    [
        {},
        {"locale": "de"},
        {"locale": "pt-BR", "theme": "dark"},
        {"theme": "auto", "translations": {"portal.overview.title": "Ihre Käufe <b>"}},
        {"origin": "https://a.example"},
        {"return_url": "https://a.example/account?tab=2"},
    ],
)
def test_what_fits_is_kept_as_it_is(wished: dict[str, Any]) -> None:
    assert visit.decide(wished, origins=HERE) == wished


@pytest.mark.parametrize(
    "wished",
    [
        None,
        [],
        "de",
        {"theme": "pink"},
        {"theme": ["dark"]},
        {"locale": "not a tag"},
        {"locale": 7},
        {"origin": "https://b.example"},
        {"origin": "https://a.example.b.example"},
        {"origin": "*"},
        {"return_url": "https://b.example/"},
        {"return_url": "https://a.example@b.example/"},
        {"return_url": "//a.example"},
        {"return_url": 7},
        {"origin": ["https://a.example"]},
        {"translations": []},
        {"translations": {"portal.x": 7}},
        {"translations": {"__proto__": "x"}},
        {"translations": {"portal.x": "x" * 2_001}},
        {"translations": {f"portal.x{number}": "x" for number in range(501)}},
        {"return_url": "https://evil.example"},
        {"staff": "usr_1"},
    ],
)
def test_anything_else_is_refused(wished: Any) -> None:
    with pytest.raises(BadVisit) as refused:
        visit.decide(wished, origins=HERE)

    assert refused.value.fields
