"""The code that the console shows is that of `examples/`, whose own tests run it."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHOWN = ROOT / "services" / "portal" / "pages" / "console" / "code"
SOURCES = {
    "node": "node/bursar.mjs",
    "python": "python/bursar.py",
    "php": "php/bursar.php",
    "ruby": "ruby/bursar.rb",
    "go": "go/bursar.go",
}
CALL = "For whoever is signed in to your own site"
PLACES = ("«vendor»", "«mode»", "«id_type»", "«field»")


def test_there_is_code_in_every_language_of_the_examples() -> None:
    assert {path.stem for path in SHOWN.glob("*.txt")} == set(SOURCES)


@pytest.mark.parametrize("language", sorted(SOURCES))
def test_what_signs_is_word_for_word_what_the_examples_have(language: str) -> None:
    shown = (SHOWN / f"{language}.txt").read_text()
    source = (ROOT / "examples" / SOURCES[language]).read_text()
    signing, call = shown.split(CALL)

    for line in filter(str.strip, signing.splitlines()[:-1]):
        assert line in source.splitlines(), line
    for place in PLACES:
        assert call.count(place) == 1
        assert place not in signing
    for name in ("BURSAR_IDENTITY_SECRET", "BURSAR_IDENTITY_KEY_ID"):
        assert name in call
