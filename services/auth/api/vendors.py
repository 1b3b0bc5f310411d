"""/v1/vendors: every vendor for the installation's operator, its own for a key."""

from typing import Any, Final

from flask.views import MethodView

from services.auth.actions import entitlements, standing, vendors
from services.auth.queries import vendors as known
from services.auth.queries.vendors import VendorView
from services.auth.rules import logo
from services.auth.schemas.vendors import (
    EntitlementsIn,
    LogoIn,
    NothingIn,
    VendorIn,
    VendorMade,
    VendorOut,
    VendorPage,
    VendorPatch,
)
from services.auth.settings import Settings
from shared import clock
from shared.errors import NotFound
from shared.web import caller, etags, idempotent, session, settings
from shared.web.access import admin, api
from shared.web.once import show_once
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


@blueprint.route("/<vendor_id>/suspend")
class SuspensionOfVendor(MethodView):
    """Suspending a vendor."""

    @admin
    @idempotent
    @blueprint.arguments(NothingIn)
    @blueprint.response(200, VendorOut)
    def post(self, _given: dict[str, Any], vendor_id: str) -> VendorView:
        """Suspend a vendor: all stays readable, every action is denied, nothing is charged, until it is resumed."""
        return standing.suspend(session(), vendor_id=vendor_id, actor=caller().actor, now=clock.now())


@blueprint.route("/<vendor_id>/resume")
class ResumptionOfVendor(MethodView):
    """Letting a suspended vendor go on."""

    @admin
    @idempotent
    @blueprint.arguments(NothingIn)
    @blueprint.response(200, VendorOut)
    def post(self, _given: dict[str, Any], vendor_id: str) -> VendorView:
        """Let a suspended vendor go on; what fell due meanwhile is charged now."""
        return standing.resume(session(), vendor_id=vendor_id, actor=caller().actor, now=clock.now())


@blueprint.route("/<vendor_id>/close")
class ClosingOfVendor(MethodView):
    """Closing a vendor."""

    @admin
    @idempotent
    @blueprint.arguments(NothingIn)
    @blueprint.response(200, VendorOut)
    def post(self, _given: dict[str, Any], vendor_id: str) -> VendorView:
        """Close a vendor for good: keys, sessions and links are dead at once, and nothing is charged any more."""
        return standing.close(session(), vendor_id=vendor_id, actor=caller().actor, now=clock.now())


@blueprint.route("/<vendor_id>/entitlements")
class EntitlementsOfVendor(MethodView):
    """What a vendor may not use."""

    @admin
    @blueprint.arguments(EntitlementsIn)
    @blueprint.response(200, VendorOut)
    def put(self, given: dict[str, Any], vendor_id: str) -> VendorView:
        """Withhold exactly these from a vendor, none gives everything back; what uses one already goes on."""
        etags.check(vendors.locked(session(), vendor_id).revision)
        changed = entitlements.withhold(session(), vendor_id=vendor_id, actor=caller().actor, now=clock.now(), **given)
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
        return _set_logo(vendor_id, given, for_dark=False)


@blueprint.route("/<vendor_id>/logo_dark")
class DarkLogo(MethodView):
    """What customers see instead where pages are dark. Without one the logo stands on a light plate there."""

    @api("vendors:write")
    @takes_bodies(largest=_LARGEST_FORM)
    @blueprint.arguments(LogoIn, location="files")
    @blueprint.response(200, VendorOut)
    def put(self, given: dict[str, Any], vendor_id: str) -> VendorView:
        """Set the logo for dark pages; what may be sent is as for the logo. Documents and mails show the logo."""
        return _set_logo(vendor_id, given, for_dark=True)

    @api("vendors:write")
    @blueprint.response(200, VendorOut)
    def delete(self, vendor_id: str) -> VendorView:
        """Show the one logo everywhere again."""
        _check_own(vendor_id)
        etags.check(vendors.locked(session(), vendor_id).revision)
        changed = vendors.remove_dark_logo(session(), vendor_id=vendor_id, actor=caller().actor)
        etags.show(changed.revision)
        return changed


def _set_logo(vendor_id: str, given: dict[str, Any], *, for_dark: bool) -> VendorView:
    _check_own(vendor_id)
    etags.check(vendors.locked(session(), vendor_id).revision)
    changed = vendors.set_logo(
        session(),
        vendor_id=vendor_id,
        image=given["file"].read(logo.MAX_BYTES + 1),
        actor=caller().actor,
        now=clock.now(),
        for_dark=for_dark,
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
