"""/v1/coupons: discounts with a code."""

from typing import Any

from flask.views import MethodView

from services.portal.actions import coupons as actions
from services.portal.api.lists import listed
from services.portal.queries import coupons as queries
from services.portal.queries import time
from services.portal.queries.coupons import CouponView
from services.portal.schemas.coupons import Coupon, CouponArgs, CouponChange, CouponPage, NewCoupon
from shared.web import ApiBlueprint, etags, idempotent, session
from shared.web.access import api

blueprint = ApiBlueprint("coupons", description="Discounts with a code; what one takes off never changes")


@blueprint.route("")
class Coupons(MethodView):
    """All coupons."""

    @api("coupons:read")
    @blueprint.arguments(CouponArgs, location="query")
    @blueprint.response(200, CouponPage)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List coupons, newest first; the one with a code"""
        return listed(queries.coupons(code=args["code"]), args, queries.coupon_view)

    @api("coupons:write")
    @idempotent
    @blueprint.arguments(NewCoupon)
    @blueprint.response(201, Coupon)
    def post(self, given: dict[str, Any]) -> CouponView:
        """Create a coupon"""
        made = actions.create(session(), **given, now=time.now(session()))
        etags.show(made.revision)
        return made


@blueprint.route("/<coupon_id>")
class OneCoupon(MethodView):
    """One coupon."""

    @api("coupons:read")
    @blueprint.response(200, Coupon)
    def get(self, coupon_id: str) -> CouponView:
        """Read a coupon"""
        found = queries.coupon(session(), coupon_id=coupon_id)
        etags.show(found.revision)
        return found

    @api("coupons:write")
    @blueprint.arguments(CouponChange)
    @blueprint.response(200, Coupon)
    def patch(self, values: dict[str, Any], coupon_id: str) -> CouponView:
        """Change a coupon's name, limits and time; subscriptions that have it keep it"""
        changed = actions.update(
            session(), coupon_id=coupon_id, values=values, check=etags.check, now=time.now(session())
        )
        etags.show(changed.revision)
        return changed
