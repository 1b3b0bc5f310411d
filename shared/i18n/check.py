"""Are the texts complete? Every key that is asked for exists, is used, and says the same in every language.

`bursar i18n check`, part of `make check`.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from babel import Locale

import shared
from shared.i18n import DEFAULT, LANGUAGES, PLACE, Text, catalog, sources

ROOT: Final = Path(shared.__file__).parents[1]

READ_BY_NGINX: Final = "gateway."
"""Its words stand in its configuration as well; a contract test compares the two."""

ALIKE: Final = frozenset(
    {
        "Bursar",
        "Name",
        "PDF",
        "Status",
        "Version",
        "{count} × {unit}",
        "{message}",
    }
)
"""Texts that are the same word in English and in another language; `ui.language.…` are, by their nature."""


def check(root: Path = ROOT) -> list[str]:
    """What is wrong, one sentence each; nothing when the texts are complete."""
    used = sources.scan(root)
    problems = [*_missing(used), *_unused(used)]
    for language in LANGUAGES:
        problems += _against_source(language)
        problems += _plurals(language)
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
    yield from (f"{language}: {key} is missing" for key in source.keys() - other.keys())
    yield from (f"{language}: {key} is not in {DEFAULT}" for key in other.keys() - source.keys())
    for key in sorted(source.keys() & other.keys()):
        if places(source[key]) != places(other[key]):
            theirs, ours = sorted(places(other[key])), sorted(places(source[key]))
            yield f"{language}: {key} has places {theirs}, {DEFAULT} has {ours}"
        if source[key] == other[key] and source[key] not in ALIKE and not key.startswith("ui.language."):
            yield f"{language}: {key} is still in {DEFAULT}: {source[key]!r}"


def _plurals(language: str) -> Iterator[str]:
    rule = Locale.parse(language.replace("-", "_")).plural_form
    needed = set(rule.tags) | {"other"}
    for key, found in catalog(language).items():
        if isinstance(found, Mapping) and set(found) != needed:
            yield f"{language}: {key} has the forms {sorted(found)}, the language needs {sorted(needed)}"


def places(found: Text) -> set[str]:
    """The `{name}` places of a text, in all of its plural forms together."""
    forms = found.values() if isinstance(found, dict) else (found,)
    return {place for form in forms for place in PLACE.findall(form)}
