"""Are the texts complete? Every key that is asked for exists, is used, and says the same in every language.

`bursar i18n check`, part of `make check`.
"""

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Final

import shared
from shared.i18n import DEFAULT, LANGUAGES, PLACE, Text, catalog, locale_of, sources
from shared.i18n.reviews import unsaid

ROOT: Final = Path(shared.__file__).parents[1]

READ_BY_NGINX: Final = "gateway."
"""Its words stand in its configuration as well; a contract test compares the two."""

CONSOLE: Final = "console."
COMPLETE_CONSOLE: Final = ("en", "de")
"""What a vendor's people alone read begins so, and is whole in these languages. In others a text that their catalogs
lack stands in English.
"""

ALIKE: Final[Mapping[str, frozenset[str]]] = {
    language: frozenset(texts)
    for language, texts in json.loads((files("shared.i18n") / "alike.json").read_text(encoding="utf-8")).items()
}
"""By language, the English texts that are the same words in it; those of `*` are in every one.

`ui.language.…` are, by their nature.
"""

LONGER: Final = 2.2
SPARE: Final = 12
"""How much longer than the English text another may be: so many times, and so many characters. Buttons, pills and
labels are laid out for that.
"""


def check(root: Path = ROOT) -> list[str]:
    """What is wrong, one sentence each; nothing when the texts are complete."""
    used = sources.scan(root)
    problems = [*_missing(used), *_unused(used)]
    for language in LANGUAGES:
        problems += _against_source(language)
        problems += _plurals(language)
        problems += _lengths(language)
    problems += [
        f"{language}: reviewed.json does not say whether a native speaker has read it" for language in unsaid()
    ]
    problems += [
        f"{where}: {text!r} stands in the template, not in a catalog" for text, where in sources.literal_texts(root)
    ]
    return problems


def _missing(used: sources.Used) -> Iterator[str]:
    known = catalog(DEFAULT)
    for key, where in sorted(set(used.keys)):
        if key not in known:
            yield f"{where}: asks for {key}, which no catalog has"


def _unused(used: sources.Used) -> Iterator[str]:
    asked = used.mentions | {key for key, _ in used.keys}
    for key in catalog(DEFAULT):
        if key not in asked and not key.startswith(READ_BY_NGINX) and not any(map(key.startswith, used.beginnings)):
            yield f"{key} is asked for by nobody"


def _against_source(language: str) -> Iterator[str]:
    source, other = catalog(DEFAULT), catalog(language)
    if language == DEFAULT:
        return
    yield from (f"{language}: {key} is missing" for key in source.keys() - other.keys() if _must_have(key, language))
    yield from (f"{language}: {key} is not in {DEFAULT}" for key in other.keys() - source.keys())
    for key in sorted(source.keys() & other.keys()):
        if places(source[key]) != places(other[key]):
            theirs, ours = sorted(places(other[key])), sorted(places(source[key]))
            yield f"{language}: {key} has places {theirs}, {DEFAULT} has {ours}"
        if source[key] == other[key] and not _may_be_alike(key, language):
            yield f"{language}: {key} is still in {DEFAULT}: {source[key]!r}"


def _must_have(key: str, language: str) -> bool:
    return language in COMPLETE_CONSOLE or not key.startswith(CONSOLE)


def _may_be_alike(key: str, language: str) -> bool:
    if key.startswith("ui.language."):
        return True
    alike = ALIKE["*"] | ALIKE.get(language, frozenset())
    return all(text in alike for text in forms(catalog(DEFAULT)[key]))


def _lengths(language: str) -> Iterator[str]:
    source = catalog(DEFAULT)
    for key, found in catalog(language).items():
        longest, limit = max(map(len, forms(found))), max(map(len, forms(source.get(key, found)))) * LONGER + SPARE
        if longest > limit:
            yield f"{language}: {key} has {longest} characters, the layout takes {int(limit)}"


def _plurals(language: str) -> Iterator[str]:
    rule = locale_of(language).plural_form
    needed = set(rule.tags) | {"other"}
    for key, found in catalog(language).items():
        if isinstance(found, Mapping) and {form for form in found if not form.startswith("=")} != needed:
            yield f"{language}: {key} has the forms {sorted(found)}, the language needs {sorted(needed)}"


def places(found: Text) -> set[str]:
    """The `{name}` places of a text, in all of its plural forms together."""
    return {place for form in forms(found) for place in PLACE.findall(form)}


def forms(found: Text) -> tuple[str, ...]:
    """Its plural forms, or the text itself."""
    return tuple(found.values()) if isinstance(found, dict) else (found,)
