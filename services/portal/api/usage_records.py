"""/v1/usage_records: what customers used, as the vendor reports it. Nothing is charged for it."""

from typing import Any

from flask.views import MethodView

from services.portal.actions import usage as actions
from services.portal.actions.usage import Report
from services.portal.api.lists import listed
from services.portal.queries import time
from services.portal.queries import usage as queries
from services.portal.queries.usage import RecordView
from services.portal.schemas.usage import (
    NewRecord,
    NewRecords,
    UsageRecord,
    UsageRecordArgs,
    UsageRecordPage,
    UsageRecords,
)
from shared.web import ApiBlueprint, idempotent, session
from shared.web.access import api

blueprint = ApiBlueprint("usage_records", description="What customers used, reported to be shown; nothing is charged")


@blueprint.route("")
class Records(MethodView):
    """All records."""

    @api("usage_records:read")
    @blueprint.arguments(UsageRecordArgs, location="query")
    @blueprint.response(200, UsageRecordPage)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List what was reported, newest first; of a subscription, of a meter"""
        wanted = queries.records(subscription=args["subscription"], meter_id=args["meter"])
        return listed(wanted, args, queries.record_view)

    @api("usage_records:write")
    @idempotent
    @blueprint.arguments(NewRecord)
    @blueprint.response(201, UsageRecord)
    def post(self, given: dict[str, Any]) -> RecordView:
        """Report what was used

        It counts in the period in which it happened. A record with an `identifier` that was sent before is answered as
        it was kept; with another content it is a 409 `usage_identifier_taken`.
        """
        (kept,) = actions.report(session(), [Report(**given)], now=time.now(session()))
        return kept


@blueprint.route("/batch")
class Batch(MethodView):
    """Several at once."""

    @api("usage_records:write")
    @idempotent
    @blueprint.arguments(NewRecords)
    @blueprint.response(201, UsageRecords)
    def post(self, given: dict[str, Any]) -> dict[str, Any]:
        """Report what was used by many, up to 1,000 records: all are kept, or none"""
        reports = [Report(**each) for each in given["records"]]
        return {"data": actions.report(session(), reports, now=time.now(session()), field="records.{}.")}
