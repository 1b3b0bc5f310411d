"""What nginx's own pages say, in every language: the maps of gateway/error_words.conf, written out of the catalogs.

nginx can't read a catalog; so `bursar i18n gateway` writes this, `make docs` keeps it, and a contract test compares.
"""

import re
from collections.abc import Iterable
from typing import Final

from shared.i18n import DEFAULT, LANGUAGES, OTHER_NAMES, direction, text

KINDS: Final = ("bad_request", "forbidden", "not_found", "too_large", "too_many_requests", "unavailable")
"""The kinds of `$error_kind` in gateway/errors.conf, of which each has a heading and an advice."""

_HEAD: Final = """\
# Written by `bursar i18n gateway` out of shared/i18n/catalogs, not by hand: what the pages of errors.conf say.
"""
_WORDS: Final = {
    "again": "portal.unavailable.again",
    "back": "ui.error.home",
    "request": "ui.error.request",
    "copy": "ui.error.copy",
    "copied": "ui.error.copied",
}


def written() -> str:
    """The whole file."""
    parts = [_HEAD, _language_maps()]
    for name in ("heading", "advice"):
        said = (
            (f"{language} {kind}", text(f"gateway.{kind}.{name}", language)) for language in LANGUAGES for kind in KINDS
        )
        parts.append(_map('"$error_language $error_kind"', f"$error_{name}", said))
    parts.append(_waiting())
    for name, key in _WORDS.items():
        parts.append(_map("$error_language", f"$error_{name}", ((each, text(key, each)) for each in LANGUAGES)))
    return "".join(parts)


def _language_maps() -> str:
    """As services choose it: by the menu, then the browser, whose list is in the order of its wishes."""
    ours = sorted({each.split("-")[0] for each in LANGUAGES} | set(OTHER_NAMES))
    tag = f"(?<wish>(?:{'|'.join(ours)})(?:-[a-z0-9]+)*)"
    wished = f'    "~*(?:^|,) *{tag} *(?:[;,]|$)" $wish;'
    by_tag = [(f"~*^{each}$", each) for each in LANGUAGES if "-" in each]
    by_base = {name: each for each in reversed(LANGUAGES) for name in (each.split("-")[0],)}
    by_base |= {other: by_base[name] for other, name in OTHER_NAMES.items()}
    by_tag += [(f"~*^{name}(?:-|$)", each) for name, each in sorted(by_base.items())]
    turned = [(each, direction(each)) for each in LANGUAGES if direction(each) != "ltr"]
    return (
        'map $request_uri $menu_language {\n    default "";\n    "~[?&]locale=(?<menu>[A-Za-z-]+)" $menu;\n}\n'
        'map "$menu_language,$cookie_bursar_locale,$http_accept_language" $wished_language {\n'
        f'    default "";\n{wished}\n}}\n'
        + _map("$wished_language", "$error_language", by_tag, default=DEFAULT)
        + _map("$error_language", "$error_direction", turned, default="ltr")
    )


def _waiting() -> str:
    """How long to wait, where it is longer than a moment. The status is among what is looked up, hence `volatile`."""
    said = (
        (f"~^{each} 429 (?<wait>[0-9]{{2,}})$", text("errors.too_many_requests", each, retry_after="${wait}"))
        for each in LANGUAGES
    )
    return _map('"$error_language $status $retry_after"', "$error_wait", said, default="", volatile=True)


def _map(
    source: str, target: str, said: Iterable[tuple[str, str]], *, default: str | None = None, volatile: bool = False
) -> str:
    lines = ["    volatile;\n"] if volatile else []
    if default is not None:
        lines.append(f"    default {_quoted(default)};\n")
    lines += [f"    {_quoted(key)} {_quoted(value)};\n" for key, value in said]
    return f"map {source} {target} {{\n{''.join(lines)}}}\n"


def _quoted(value: str) -> str:
    """As nginx reads it. Raises ValueError for what it would read as something else."""
    if re.search(r'[\\"\n]|\$(?!\{wait\}|$)', value) and not value.startswith("~"):
        raise ValueError(f"nginx would not read this as it stands: {value!r}")
    return value if re.fullmatch(r"[a-zA-Z-]+", value) else f'"{value}"'
