"""/v1/test_clock: a test-mode vendor's own time."""

from typing import Any

from flask.views import MethodView

from services.portal.actions.operations import test_clock as actions
from services.portal.adapters import Adapters
from services.portal.queries import test_clocks as queries
from services.portal.queries.test_clocks import ClockView
from services.portal.schemas.billing import TestClock, TestClockAdvance
from shared.web import ApiBlueprint, adapters, begin, in_steps, session
from shared.web.access import api

blueprint = ApiBlueprint("test_clock", description="A test-mode vendor's own time")


@blueprint.route("")
class Clock(MethodView):
    """The clock of the key's vendor."""

    @api("test_clock:read")
    @blueprint.response(200, TestClock)
    def get(self) -> ClockView:
        """Read the test clock"""
        return queries.record(session())


@blueprint.route("/advance")
class Advance(MethodView):
    """Moving it ahead."""

    @api("test_clock:write")
    @in_steps
    @blueprint.arguments(TestClockAdvance)
    @blueprint.response(200, TestClock)
    def post(self, asked: dict[str, Any]) -> ClockView:
        """Move the test clock ahead: renewals, retries, notices and ends on the way happen in order, then it answers

        Never backwards, and in test mode only. Where much happens on the way it answers `advancing` and goes on by
        itself; asking again for the same moment waits for it.
        """
        return actions.advance(begin(), adapters(Adapters).processors, to=asked["to"], by=asked["by"])
