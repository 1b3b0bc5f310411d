"""Portals as files."""

from services.portal.rules.portals.portal_file import FORMAT, LEFT_OUT
from services.portal.schemas.base import Bool
from services.portal.schemas.portals import PortalConfigurationChange
from shared.plain_yaml import LONGEST
from shared.web.fields import Schema, Str


class PortalInFile(PortalConfigurationChange):
    """What a file may say of a portal."""

    class Meta:
        """What counts at once, and what is one portal's alone."""

        exclude = ("is_default", "active", *LEFT_OUT)


class PortalFile(Schema):
    """A file to be brought in."""

    file = Str(
        required=True,
        metadata={"description": f"YAML or JSON as `export` gives it, {LONGEST} bytes at most; `format: {FORMAT}`"},
    )
    dry_run = Bool(load_default=False, metadata={"description": "True: only say what would differ"})
