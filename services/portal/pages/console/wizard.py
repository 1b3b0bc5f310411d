"""The five steps of a portal: each is saved as a draft, by its button or while somebody types, and shown beside itself.

The last one shows what publishing would change, publishes it, and says how the portal gets onto the vendor's page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Response, request

from services.portal.actions import portal_drafts, portal_versions
from services.portal.actions import portals as actions
from services.portal.actions.portal_drafts import DraftView
from services.portal.pages.console import contrasts, fields, install, sample, wording
from services.portal.pages.console.install import our_host
from services.portal.pages.console.portals import HOME
from services.portal.queries.choosable import choosable
from services.portal.rules.portals import appearance, changing, configuration, features, getting_in, leaving, styles
from services.portal.rules.portals.features import merged
from shared import clock
from shared.database import scope
from shared.errors import Invalid, NotFound, Refusal
from shared.i18n import LANGUAGES, by_name, name_of
from shared.ui import FONTS
from shared.web import console, redirect_to, session, staff

blueprint = Blueprint("console_wizard", __name__, url_prefix="/console/portals/<configuration_id>")

STEPS: Final = (*fields.STEPS, "install")
_TYPED: Final = "typed"
_NOTES: Final = "portal/console/notes.html"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
"""Of a page with the preview in a frame of ours."""

_OFFERED: Final[Mapping[str, Any]] = {
    "fonts": {name: font.family for name, font in FONTS.items()},
    "themes": appearance.THEMES,
    "layouts": appearance.LAYOUTS,
    "gates": tuple(features.AccessGate),
    "cancel_modes": tuple(features.CancelMode),
    "executions": tuple(features.Execution),
    "cancel_prorations": leaving.PRORATIONS,
    "unused": tuple(features.UnusedTime),
    "prorations": tuple(features.Proration),
    "reasons": features.REASONS,
    "offers": leaving.OFFERS,
    "offers_shown": fields.OFFERS_SHOWN,
    "durations": leaving.DURATIONS,
    "pauses": fields.PAUSES,
    "updates": changing.UPDATES,
    "conditions": tuple(features.Condition),
    "invoices": changing.INVOICES,
    "details": features.DETAILS,
    "methods": getting_in.METHODS,
    "identify_by": getting_in.IDENTIFY_BY,
    "cross_device": getting_in.CROSS_DEVICE,
    "lasting": getting_in.LASTING,
    "texts": appearance.TEXTS,
    "name_length": configuration.NAME_LENGTH,
}
"""What the forms offer, as the rules know it."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A step as its page shows it: the draft, what its fields hold by now, and what is wrong with which."""

    step: str
    draft: DraftView
    document: Mapping[str, Any]
    wrong: Mapping[str, str]

    def at(self, path: str) -> Any:
        """What a field holds."""
        return fields.at(self.document, path)


@blueprint.get("")
@staff("read_only")
def begin(configuration_id: str) -> Response:
    """To the first step."""
    return redirect_to(f"{HOME}/{configuration_id}/scope")


@blueprint.get("/<any(scope, design, features, 'sign-in'):step>")
@staff("read_only")
def show(configuration_id: str, step: str) -> Response:
    """A step with what the draft says."""
    return _page(configuration_id, step)


@blueprint.post("/<any(scope, design, features, 'sign-in'):step>")
@staff("admin")
def save(configuration_id: str, step: str) -> Response:
    """Save the step in the draft and go on to the next; while somebody types, save it and say what is wrong with it."""
    values = fields.read(request.form, step=step, mode=scope.current().mode)

    def do() -> Response:
        portal_drafts.save(
            session(), configuration_id=configuration_id, values=values, installation=our_host(), now=clock.now()
        )
        if _is_typed():
            answer = _page(configuration_id, step)
            answer.headers["HX-Trigger"] = "draft-saved"
            return answer
        return redirect_to(f"{HOME}/{configuration_id}/{_next(step)}")

    return console.answered(do, refused=lambda refusal: _page(configuration_id, step, typed=values, refusal=refusal))


@blueprint.get("/install")
@staff("read_only")
def show_install(configuration_id: str) -> Response:
    """What publishing would change, and how the portal gets onto the vendor's page."""
    return _install(configuration_id)


@blueprint.post("/publish")
@staff("admin")
def publish(configuration_id: str) -> Response:
    """Publish the draft; a portal that was never open opens with that."""

    def do() -> Response:
        before = portal_drafts.look(session(), configuration_id=configuration_id)
        if before.differences:
            portal_drafts.publish(
                session(), configuration_id=configuration_id, installation=our_host(), now=clock.now()
            )
        if not before.configuration.active:
            actions.update(session(), configuration_id=configuration_id, values={"active": True}, now=clock.now())
        return redirect_to(f"{HOME}/{configuration_id}/install?done=published")

    return console.answered(do, refused=lambda refusal: _install(configuration_id, refusal=refusal))


@blueprint.post("/discard")
@staff("admin")
def discard(configuration_id: str) -> Response:
    """Throw the draft away."""
    portal_drafts.discard(session(), configuration_id=configuration_id)
    return redirect_to(f"{HOME}/{configuration_id}/scope")


def _next(step: str) -> str:
    """Where the form's button leads: on, or wherever somebody wanted to go instead. Raises NotFound for neither."""
    wanted = request.form.get("to") or STEPS[STEPS.index(step) + 1]
    if wanted not in STEPS:
        raise NotFound
    return wanted


def _is_typed() -> bool:
    return request.args.get("save") == _TYPED and request.headers.get("HX-Request") == "true"


def _page(
    configuration_id: str, step: str, *, typed: Mapping[str, Any] | None = None, refusal: Refusal | None = None
) -> Response:
    draft = portal_drafts.look(session(), configuration_id=configuration_id)
    names = tuple(fields.of_step(step, mode=draft.row.mode))
    document = portal_versions.document(draft.row)
    is_by_field = isinstance(refusal, Invalid)
    shown = Shown(
        step=step,
        draft=draft,
        document=document if typed is None else merged(document, typed),
        wrong=wording.by_field(refusal, names) if isinstance(refusal, Invalid) else {},
    )
    answer = console.show(
        _NOTES if _is_typed() else f"portal/console/{step.replace('-', '_')}.html",
        refusal=wording.elsewhere(refusal, names) if isinstance(refusal, Invalid) else refusal,
        status=422 if is_by_field else 200,
        shown=shown,
        names=names,
        offered=_OFFERED,
        can=None if _is_typed() else choosable(session()),
        contrast=contrasts.of(shown.at("appearance.brand_color")),
        css=_report(shown.at("appearance.custom_css")),
        **_around(draft, step),
    )
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


def _install(configuration_id: str, *, refusal: Refusal | None = None) -> Response:
    draft = portal_drafts.look(session(), configuration_id=configuration_id)
    answer = console.show(
        "portal/console/install.html",
        refusal=refusal,
        draft=draft,
        ways=install.ways(draft.configuration),
        seen=install.seen(draft.configuration, now=clock.now()),
        done=request.args.get("done"),
        said=wording.said,
        named=wording.named,
        **_around(draft, "install"),
    )
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


def _around(draft: DraftView, step: str) -> dict[str, Any]:
    """What every step shows around its own matter."""
    return {
        "of": draft.configuration,
        "base": f"{HOME}/{draft.configuration.id}",
        "steps": STEPS,
        "step": step,
        "after": STEPS[STEPS.index(step) + 1] if step != STEPS[-1] else None,
        "states": tuple(sample.STATES),
        "spoken": {each: name_of(each) for each in by_name() if each in LANGUAGES},
        "preview": {name: request.args.get(name, "") for name in ("state", "language", "theme", "size")},
    }


def _report(css: str | None) -> styles.Sheet | None:
    """What would be kept of style rules; None where there are none, or where they can't be read at all."""
    try:
        return styles.decide(css) if css else None
    except Invalid:
        return None
