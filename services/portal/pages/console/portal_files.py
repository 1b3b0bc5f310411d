"""A portal as a file: downloaded as YAML, and a file brought in as its draft, after a look at what would differ."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Blueprint, Response, request

from services.portal.actions import portal_files
from services.portal.actions.portal_drafts import DraftView
from services.portal.pages.console import wording
from services.portal.pages.console.install import our_host
from services.portal.pages.console.portals import HOME
from services.portal.queries import configurations
from shared import clock, plain_yaml
from shared.errors import FieldError, Invalid, Refusal
from shared.web import console, redirect_to, session, staff
from shared.web.downloads import attached

T = TypeVar("T")
blueprint = Blueprint("console_portal_files", __name__, url_prefix="/console/portals/<configuration_id>")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong with a file: in which line and field, as far as either is known, in words."""

    line: int | None
    field: str | None
    said: str


@blueprint.get("/file")
@staff("read_only")
def download(configuration_id: str) -> Response:
    """What is published, as YAML."""
    file = portal_files.export(session(), configuration_id=configuration_id)
    slug = configurations.record(session(), configuration_id=configuration_id).slug
    return attached(file.encode(), name=f"{slug}.yaml", mimetype="application/yaml")


@blueprint.get("/import")
@staff("admin")
def ask(configuration_id: str) -> Response:
    """The form for a file."""
    return _page(configuration_id)


@blueprint.post("/import")
@staff("admin")
def bring(configuration_id: str) -> Response:
    """Show what the file would change, or keep it as the draft."""
    do = console.chosen(
        {"look": lambda: _look(configuration_id), "keep": lambda: _keep(configuration_id)},
        request.form.get("do", ""),
    )
    return console.answered(do, refused=lambda refusal: _page(configuration_id, refusal=refusal))


def _look(configuration_id: str) -> Response:
    return _page(configuration_id, seen=_brought(configuration_id, is_kept=False))


def _keep(configuration_id: str) -> Response:
    _brought(configuration_id, is_kept=True)
    return redirect_to(f"{HOME}/{configuration_id}/install")


def _brought(configuration_id: str, *, is_kept: bool) -> DraftView:
    return portal_files.bring(
        session(),
        configuration_id=configuration_id,
        file=_given(),
        is_kept=is_kept,
        installation=our_host(),
        now=clock.now(),
    )


def _given() -> str:
    """The file that was chosen, else what was pasted. Raises Invalid for what is no text."""
    upload = request.files.get("file")
    content = upload.stream.read(plain_yaml.LONGEST + 1) if upload is not None else b""
    if not content:
        return request.form.get("text", "").replace("\r\n", "\n")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Invalid(FieldError.of("file", "yaml_unreadable", line=line)) from None


def _page(configuration_id: str, *, seen: DraftView | None = None, refusal: Refusal | None = None) -> Response:
    of = configurations.record(session(), configuration_id=configuration_id)
    is_faulty = isinstance(refusal, Invalid)
    return console.show(
        "portal/console/import.html",
        status=console.status_of(refusal) if refusal else 200,
        refusal=None if is_faulty else refusal,
        of=of,
        file=_shown(),
        seen=seen,
        faults=_faults(refusal) if isinstance(refusal, Invalid) else (),
        said=wording.said,
        named=wording.named,
    )


def _shown() -> str:
    """What the field holds: also what was uploaded, so that it can be mended on the spot."""
    upload = request.files.get("file")
    if upload is not None:
        upload.stream.seek(0)
    return _or_else(_given, "")


def _faults(refusal: Invalid) -> tuple[Fault, ...]:
    lines = _or_else(_lines, None)
    faults = [
        Fault(
            line=lines.line(each.field) if lines else None,
            field=None if each.field == "file" else each.field,
            said=wording.sentence(each),
        )
        for each in refusal.fields
    ]
    return tuple(sorted(faults, key=lambda fault: fault.line or 0))


def _lines() -> plain_yaml.Document | None:
    return plain_yaml.read(_shown())


def _or_else(read: Callable[[], T], otherwise: T) -> T:
    try:
        return read()
    except Invalid:
        return otherwise
