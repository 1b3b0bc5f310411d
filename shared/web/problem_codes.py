"""Every code a problem document may bear, for the pages under /docs: `type` leads there (`/docs#<code>`)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pkgutil import walk_packages
from typing import Any, Final

from shared.errors import Refusal
from shared.i18n import DEFAULT, catalog
from shared.web.errors import BY_STATUS, status_of

OF_THE_GATEWAY: Final[Mapping[str, tuple[int, str]]] = {
    "address_too_long": (414, "The address is longer than 4 kB."),
    "headers_too_large": (431, "A header is larger than 8 kB."),
    "key_in_address": (
        400,
        "A key belongs in the Authorization header and nowhere else. This one may have been seen: roll it.",
    ),
    "two_credentials": (400, "A request carries one credential."),
}
"""What nginx alone refuses: code to status and `detail`, as gateway/errors.conf has them."""

_OF_SHARED: Final = ("errors", "money", "totals", "addresses", "entitlements", "database", "web")
_OF_A_SERVICE: Final = ("rules", "queries", "adapters", "actions", "api", "pages")
_FIELD: Final = "errors.field."


def described(package: str) -> dict[str, Any]:
    """For the API's description: the codes of a service's package, of what is shared and of the gateway, each with the
    statuses it comes with and its `detail` in English, places unfilled; and the codes of single fields.
    """
    found: defaultdict[str, set[int]] = defaultdict(set)
    modules = {*_modules("shared", _OF_SHARED), *_modules(package, _OF_A_SERVICE)}
    for kind in _kinds(Refusal):
        if kind.__module__ in modules:
            found[kind.code].add(status_of(kind))
    for status, code in BY_STATUS.items():
        found[code].add(status)
    ours = {
        code: {"statuses": sorted(statuses), "detail": _detail(f"errors.{code}")}
        for code, statuses in found.items()
        if f"errors.{code}" in catalog(DEFAULT)
    }
    nginx = {code: {"statuses": [status], "detail": detail} for code, (status, detail) in OF_THE_GATEWAY.items()}
    fields = (key for key in catalog(DEFAULT) if key.startswith(_FIELD))
    return {"codes": ours | nginx, "fields": {key.removeprefix(_FIELD): _detail(key) for key in fields}}


def _modules(package: str, parts: Sequence[str]) -> Iterator[str]:
    """The modules below these parts of a package, imported, whatever of them this process already knew."""
    here = [f"{package}.{part}" for part in parts] if find_spec(package) else []
    for name in here:
        if find_spec(name) is None:
            continue
        module = import_module(name)
        yield name
        for each in walk_packages(getattr(module, "__path__", ()), prefix=f"{name}."):
            import_module(each.name)
            yield each.name


def _kinds(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    yield kind
    for each in kind.__subclasses__():
        yield from _kinds(each)


def _detail(key: str) -> str:
    said = catalog(DEFAULT)[key]
    return said if isinstance(said, str) else said["other"]
