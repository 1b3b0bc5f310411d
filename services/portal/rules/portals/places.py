"""DECIDES where a portal may be: embedded on which pages, under which host and path of the vendor's own.

Origins are exact (`https://host[:port]`), without wildcard; plain http is for one's own machine, in test mode. A host
is a complete name in lower-case ASCII, other alphabets in their `xn--` form; never an address of numbers, nor the
installation's own host. It counts once a TXT record at `_bursar.<host>` proves it, and until another one is set; the
record names the configuration, so that nobody's proof serves another. A host is one vendor's alone: several of its
portals may share it, each at a path of its own, but to browsers it is one origin. The path leaves room for what is ours
there.

Worked example: `https://*.shop.example` is `bad_origin`; host `shop.example` with path `/billing/` is kept as
`shop.example` and `/billing`, to be proven by `bursar-verification=pcfg_…` at `_bursar.shop.example`.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from services.portal.rules.portals import problems as check
from services.portal.rules.support.helpdesk import is_https
from shared.errors import FieldError
from shared.origins import is_host, origin_of

MOST_ORIGINS: Final = 50
LONGEST_URL: Final = 500  # characters
PATH_LENGTH: Final = 200
RESERVED: Final = ("static", "embed", "v1", "p", "-", "healthz", "readyz")
DEFAULT_EMBED: Final[Mapping[str, Any]] = {"allowed_origins": [], "events": False, "debug": False, "help_url": None}
"""`help_url` is where the help icon leads in place of a portal of kind helpdesk."""
NO_DOMAIN: Final[Mapping[str, Any]] = {"host": None, "path": None}
_PATH: Final = re.compile(r"(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*", re.ASCII)
_NUMBERS: Final = re.compile(r"[0-9.]+", re.ASCII)


def decide_embed(given: Mapping[str, Any], *, mode: str, problems: list[FieldError]) -> dict[str, Any]:
    """The origins as browsers write them, each once; adds what is wrong."""
    origins: Sequence[str] = given["allowed_origins"]
    if len(origins) > MOST_ORIGINS:
        problems.append(FieldError.of("embed.allowed_origins", "too_many_items", most=MOST_ORIGINS))
    for number, each in enumerate(origins):
        if not _is_origin(each, mode):
            problems.append(FieldError.of(f"embed.allowed_origins.{number}", "bad_origin"))
    kept = [origin_of(each) or each for each in origins]
    check.unique("embed.allowed_origins", kept, problems)
    help_url = given.get("help_url")
    if help_url is not None and (len(help_url) > LONGEST_URL or not is_https(help_url)):
        problems.append(FieldError.of("embed.help_url", "bad_url"))
    return {**DEFAULT_EMBED, **given, "allowed_origins": kept}


def decide_domain(
    given: Mapping[str, Any], *, installation: str | None, problems: list[FieldError]
) -> dict[str, str | None]:
    """Host and path, both null where there is no host; adds what is wrong."""
    host, path = given.get("host") or None, (given.get("path") or "").rstrip("/")
    if host is None:
        return dict(NO_DOMAIN)
    if not is_host(host) or "." not in host or _NUMBERS.fullmatch(host) or host == installation:
        problems.append(FieldError.of("domain.host", "bad_host"))
    if len(path) > PATH_LENGTH or not _PATH.fullmatch(path) or path.split("/")[1:2] in ([each] for each in RESERVED):
        problems.append(FieldError.of("domain.path", "bad_path"))
    return {"host": host, "path": path}


def record_name(host: str) -> str:
    """Where the TXT record that proves the host is to be set."""
    return f"_bursar.{host}"


def record_value(configuration_id: str) -> str:
    """What it is to say."""
    return f"bursar-verification={configuration_id}"


def is_proof(values: Sequence[str], *, configuration_id: str) -> bool:
    """Whether one of the TXT records found at `record_name` is the one asked for."""
    return record_value(configuration_id) in [each.strip() for each in values]


def _is_origin(text: str, mode: str) -> bool:
    origin = origin_of(text)
    if origin is None or len(text) > len(origin) + len(":443") or text.count("/") != 2 or "?" in text or "#" in text:
        return False
    return mode == "test" or origin.startswith("https://")
