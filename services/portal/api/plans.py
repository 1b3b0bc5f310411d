"""/v1/plans: the prices of products."""

from typing import Any

from flask.views import MethodView

from services.portal.actions import prices
from services.portal.actions import products as actions
from services.portal.api.lists import listed
from services.portal.queries import products as queries
from services.portal.queries.products import PlanView
from services.portal.schemas.products import NewPlan, NewPrice, Plan, PlanArgs, PlanChange, PlanPage
from shared import clock
from shared.money import Money
from shared.web import ApiBlueprint, etags, idempotent, session
from shared.web.access import api

blueprint = ApiBlueprint("plans", description="The prices of products; a price never changes, a new one is a new plan")


@blueprint.route("")
class Plans(MethodView):
    """All plans."""

    @api("plans:read")
    @blueprint.arguments(PlanArgs, location="query")
    @blueprint.response(200, PlanPage)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List plans, newest first"""
        if args["product"] is not None:
            queries.product(session(), product_id=args["product"])
        return listed(queries.plans(product_id=args["product"]), args, queries.plan_view)

    @api("plans:write")
    @idempotent
    @blueprint.arguments(NewPlan)
    @blueprint.response(201, Plan)
    def post(self, given: dict[str, Any]) -> PlanView:
        """Create a plan"""
        price = Money(given.pop("unit_amount"), given.pop("currency"))
        made = actions.create_plan(session(), **given, price=price, now=clock.now())
        etags.show(made.revision)
        return made


@blueprint.route("/<plan_id>")
class OnePlan(MethodView):
    """One plan."""

    @api("plans:read")
    @blueprint.response(200, Plan)
    def get(self, plan_id: str) -> PlanView:
        """Read a plan"""
        found = queries.plan(session(), plan_id=plan_id)
        etags.show(found.revision)
        return found

    @api("plans:write")
    @blueprint.arguments(PlanChange)
    @blueprint.response(200, Plan)
    def patch(self, values: dict[str, Any], plan_id: str) -> PlanView:
        """Change a plan, never its price: running subscriptions keep what they agreed to"""
        changed = actions.update_plan(session(), plan_id=plan_id, values=values, check=etags.check, now=clock.now())
        etags.show(changed.revision)
        return changed


@blueprint.route("/<plan_id>/price")
class PriceOfPlan(MethodView):
    """Another price of one plan."""

    @api("plans:write")
    @idempotent
    @blueprint.arguments(NewPrice)
    @blueprint.response(201, Plan)
    def post(self, given: dict[str, Any], plan_id: str) -> PlanView:
        """Offer a plan at another price: a new plan like it takes its place; subscriptions that run keep theirs"""
        price = Money(given["unit_amount"], given["currency"])
        new = prices.change(session(), plan_id=plan_id, price=price, check=etags.check, now=clock.now())
        etags.show(new.revision)
        return new
