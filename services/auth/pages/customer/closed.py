"""What is left of a vendor that has closed, at every address of its portals: its name, and how to reach it."""

from flask import Response

from services.auth.rules.standing import VendorClosed
from shared.ui import Brand
from shared.web import render
from shared.web.errors import for_a_client, refused


def show(closed: VendorClosed) -> Response:
    """The page, the same for everybody; a program is told in its own way."""
    if for_a_client():
        return refused(closed)
    vendor, contact = str(closed.params["vendor"]), str(closed.params["contact"])
    return render("auth/closed.html", status=410, brand=Brand(name=vendor), vendor=vendor, contact=contact)
