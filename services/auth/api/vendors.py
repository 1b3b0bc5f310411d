"""/v1/vendors: every vendor for the installation's operator, its own for a key."""

from typing import Any, Final

from flask.views import MethodView

from services.auth.actions import vendors
from services.auth.api.once import show_once
from services.auth.queries import vendors as known
from services.auth.queries.vendors import VendorView
from services.auth.rules import logo
from services.auth.schemas.vendors import LogoIn, VendorIn, VendorMade, VendorOut, VendorPage, VendorPatch
from services.auth.settings import Settings
from shared import clock
from shared.errors import NotFound
from shared.web import caller, etags, idempotent, session, settings
from shared.web.access import admin, api
from shared.web.paging import Page, PageArgs, page
from shared.web.uploads import UploadBlueprint, takes_bodies

_LARGEST_FORM: Final = logo.MAX_BYTES + 40_000  # bytes: the file and what a form puts around it

blueprint = UploadBlueprint("vendors", description="Merchants. One installation serves many.")


@blueprint.route("")
class Vendors(MethodView):
    """All vendors."""

    @api("vendors:read")
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, VendorPage)
    def get(self, args: dict[str, Any]) -> Page[Any]:
        """List vendors: all of them for the operator, for a key its own."""
        found = page(session(), *known.listing(only=_only()), args)
        return Page(tuple(known.view(row) for row in found.data), found.has_more)

    @admin
    @idempotent
    @blueprint.arguments(VendorIn)
    @blueprint.response(201, VendorMade)
    def post(self, given: dict[str, Any]) -> dict[str, Any]:
        """Make a vendor with its first staff user, a test and a live key, which are in this answer and nowhere else."""
        made = vendors.register(session(), actor=caller().actor, now=clock.now(), **given)
        show_once(test_key=made.keys["test"].secret, live_key=made.keys["live"].secret)
        etags.show(made.vendor.revision)
        address = f"{settings(Settings).public_url}/p/{made.vendor.slug}"
        return {
            **vars(made.vendor),
            "portal": address,
            "test_portal": f"{address}-test",
            "test_key": None,
            "live_key": None,
        }


@blueprint.route("/<vendor_id>")
class Vendor(MethodView):
    """One vendor."""

    @api("vendors:read")
    @blueprint.response(200, VendorOut)
    def get(self, vendor_id: str) -> VendorView:
        """Read a vendor."""
        _check_own(vendor_id)
        found = known.one(session(), vendor_id)
        etags.show(found.revision)
        return found

    @api("vendors:write")
    @blueprint.arguments(VendorPatch)
    @blueprint.response(200, VendorOut)
    def patch(self, given: dict[str, Any], vendor_id: str) -> VendorView:
        """Change the name, the default language or fields of the profile; the slug stays for ever."""
        _check_own(vendor_id)
        etags.check(vendors.locked(session(), vendor_id).revision)
        changed = vendors.update(
            session(),
            vendor_id=vendor_id,
            display_name=given.get("display_name"),
            default_locale=given.get("default_locale"),
            profile=given.get("profile", {}),
            actor=caller().actor,
        )
        etags.show(changed.revision)
        return changed


@blueprint.route("/<vendor_id>/logo")
class Logo(MethodView):
    """What customers see beside a vendor's name."""

    @api("vendors:write")
    @takes_bodies(largest=_LARGEST_FORM)
    @blueprint.arguments(LogoIn, location="files")
    @blueprint.response(200, VendorOut)
    def put(self, given: dict[str, Any], vendor_id: str) -> VendorView:
        """Set the logo: a PNG, JPEG or WebP of at most 1 MB and 4 megapixels; it is shown within 512 x 512 pixels."""
        _check_own(vendor_id)
        etags.check(vendors.locked(session(), vendor_id).revision)
        changed = vendors.set_logo(
            session(),
            vendor_id=vendor_id,
            image=given["file"].read(logo.MAX_BYTES + 1),
            actor=caller().actor,
            now=clock.now(),
        )
        etags.show(changed.revision)
        return changed


def _only() -> str | None:
    """The one vendor this caller may see; None for the operator, who sees all."""
    return None if caller().kind == "admin" else caller().vendor


def _check_own(vendor_id: str) -> None:
    """Another vendor does not exist for this caller."""
    if _only() not in (None, vendor_id):
        raise NotFound
