"""Drafts and versions of portal configurations."""

import marshmallow as ma

from services.portal.schemas.base import moment, page_of, reference, shown, shown_number
from services.portal.schemas.portals import PortalConfiguration, PortalConfigurationChange
from shared.web.fields import Schema


class DraftChange(PortalConfigurationChange):
    """What a draft may change; what is left out stays as the draft, else the portal, has it."""

    class Meta:
        """Two switches count at once or not at all."""

        exclude = ("is_default", "active")


class Difference(Schema):
    """A field that differs."""

    field = shown("Its name, as errors name it")
    before = ma.fields.Raw(allow_none=True, metadata={"description": "What it says before"})
    after = ma.fields.Raw(allow_none=True, metadata={"description": "What it says after"})


class PortalDraft(Schema):
    """A portal as its draft has it."""

    configuration = ma.fields.Nested(PortalConfiguration, metadata={"description": "With the draft's values"})
    differences = ma.fields.List(
        ma.fields.Nested(Difference), metadata={"description": "What publishing would change; empty: nothing"}
    )
    changed_at = moment("Null: nothing waits", allow_none=True)
    changed_by = shown("Who saved it last", allow_none=True)


class PortalVersion(Schema):
    """A portal as it was published once."""

    id = shown("`pver_…`")
    configuration = reference("Of this portal")
    number = shown_number("Counts from 1 in each portal")
    published_at = moment("When it was")
    published_by = shown("Who published it")


class WholePortalVersion(PortalVersion):
    """A version with all that it said, in the shape of a change."""

    document = ma.fields.Dict(metadata={"description": "What the portal was, in the shape of a change"})


class Rollback(Schema):
    """Where to go back to."""

    version = reference("The version to publish anew", required=True)


PortalVersionPage = page_of(PortalVersion)
