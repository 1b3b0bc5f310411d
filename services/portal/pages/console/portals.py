"""The vendor's portals in the console: which there are, a new one, what of one is published, and since when."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from flask import Blueprint, Response, request

from services.portal.actions import portal_drafts
from services.portal.actions import portals as actions
from services.portal.pages.console import wording
from services.portal.pages.console.install import our_host
from services.portal.queries import configurations, portal_versions
from services.portal.queries.configurations import ConfigurationView
from services.portal.queries.portal_versions import VersionView
from services.portal.rules.portals import difference, getting_in
from services.portal.rules.portals.configuration import KINDS
from services.portal.rules.portals.presets import PRESETS
from shared import clock
from shared.errors import Invalid, NotFound, Refusal
from shared.web import console, redirect_to, session, staff

blueprint = Blueprint("console_portals", __name__, url_prefix="/console/portals")

HOME: Final = "/console/portals"
MOST_VERSIONS: Final = 30
OFFERED_KINDS: Final = tuple(kind for kind in KINDS if kind != "global")
"""Every vendor has its section of the global portal from the beginning."""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A portal in the list: `version` is the number of the one that is published, None for one that is older."""

    portal: ConfigurationView
    has_draft: bool
    version: int | None


@dataclass(frozen=True, kw_only=True)
class Past:
    """A version and what it changed; `is_current` where it is what customers see."""

    version: VersionView
    changed: tuple[difference.Difference, ...]
    is_current: bool


@blueprint.get("")
@staff("read_only")
def show() -> Response:
    """All portals of this mode, the default one first."""
    drafted, numbers = portal_versions.with_drafts(session()), portal_versions.counts(session())
    found = [configurations.view(row) for row in configurations.all_of_them(session())]
    listed = [
        Listed(portal=each, has_draft=each.id in drafted, version=numbers.get(each.id))
        for each in sorted(found, key=lambda each: (not each.is_default, not each.active, each.name.casefold()))
    ]
    return console.show("portal/console/portals.html", listed=listed)


@blueprint.get("/new")
@staff("admin")
def ask() -> Response:
    """The form for a new one."""
    return _new()


@blueprint.post("/new")
@staff("admin")
def create() -> Response:
    """Make one; nobody reaches it before it is published."""
    return console.answered(_create, refused=_new)


@blueprint.post("/<configuration_id>/switch")
@staff("admin")
def switch(configuration_id: str) -> Response:
    """Open it, close it, or make it the default one: that counts at once."""
    doing = console.chosen(
        {
            "open": lambda: _switch(configuration_id, active=True),
            "close": lambda: _switch(configuration_id, active=False),
            "default": lambda: _switch(configuration_id, is_default=True),
        },
        request.form.get("do", ""),
    )
    return console.answered(doing, refused=lambda refusal: _history(configuration_id, refusal=refusal))


@blueprint.get("/<configuration_id>/versions")
@staff("read_only")
def show_versions(configuration_id: str) -> Response:
    """What was published when, by whom, and what it changed."""
    return _history(configuration_id)


@blueprint.post("/<configuration_id>/versions/<version_id>/rollback")
@staff("admin")
def roll_back(configuration_id: str, version_id: str) -> Response:
    """Publish an older version anew."""

    def do() -> Response:
        portal_drafts.roll_back(session(), configuration_id=configuration_id, version_id=version_id, now=clock.now())
        return redirect_to(f"{HOME}/{configuration_id}/versions?done=rolled_back")

    return console.answered(do, refused=lambda refusal: _history(configuration_id, refusal=refusal))


def _create() -> Response:
    """A widget lets in whom the vendor's server vouches for: the snippet that it is installed with says so."""
    kind, preset = request.form.get("kind", ""), request.form.get("preset", "")
    vouched = (
        {"sign_in": {"methods": ["hmac_v2", *getting_in.DEFAULT["methods"]]}} if kind == "widget" and not preset else {}
    )
    name = request.form.get("name", "")[: console.LONGEST].strip()
    made = actions.create(
        session(),
        kind=None if preset else _one_of(kind, OFFERED_KINDS),
        preset=_one_of(preset, tuple(PRESETS)) if preset else None,
        values={"name": name, "active": False, **vouched},
        installation=our_host(),
        now=clock.now(),
    )
    return redirect_to(f"{HOME}/{made.id}/scope")


def _one_of(given: str, offered: tuple[str, ...]) -> str:
    """Raises NotFound for what no form of ours offers."""
    if given not in offered:
        raise NotFound
    return given


def _new(refusal: Refusal | None = None) -> Response:
    return console.show(
        "portal/console/new.html",
        status=console.status_of(refusal) if refusal else 200,
        wrong=wording.by_field(refusal) if isinstance(refusal, Invalid) else {},
        refusal=None if isinstance(refusal, Invalid) else refusal,
        kinds=OFFERED_KINDS,
        presets=tuple(PRESETS),
        typed=request.form,
    )


def _switch(configuration_id: str, **values: bool) -> Response:
    actions.update(session(), configuration_id=configuration_id, values=values, now=clock.now())
    return redirect_to(f"{HOME}/{configuration_id}/versions")


def _history(configuration_id: str, *, refusal: Refusal | None = None) -> Response:
    of = configurations.record(session(), configuration_id=configuration_id)
    found = portal_versions.newest_first(session(), configuration_id=configuration_id, limit=MOST_VERSIONS + 1)
    older: dict[str, VersionView] = {new.id: old for new, old in pairwise(found)}
    past = [
        Past(
            version=each,
            changed=difference.calculate(older[each.id].document, each.document) if each.id in older else (),
            is_current=number == 0,
        )
        for number, each in enumerate(found[:MOST_VERSIONS])
    ]
    return console.show(
        "portal/console/versions.html",
        refusal=refusal,
        of=of,
        past=past,
        has_draft=configuration_id in portal_versions.with_drafts(session()),
        done=request.args.get("done"),
        said=wording.said,
        named=wording.named,
    )
