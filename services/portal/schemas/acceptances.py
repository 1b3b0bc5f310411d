"""What a person accepts, on the wire between auth's console and portal."""

import marshmallow as ma

from services.portal.schemas.entrances import Whose
from shared.web.fields import Int, Str


class DirectActionsIn(Whose):
    """Which ways in may act without a code, for whom of the vendor's staff, signed in when (Unix seconds)."""

    direct_actions = ma.fields.List(Str(), required=True)
    staff = Str(required=True, validate=ma.validate.Length(1, 40))
    proven_at = Int(required=True, validate=ma.validate.Range(0, 32_503_680_000))
