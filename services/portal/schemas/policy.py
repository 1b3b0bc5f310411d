"""What the policy says."""

from typing import Final

import marshmallow as ma

from services.portal.rules.policy import Action, Setting
from services.portal.schemas.base import choice, reference, shown, shown_number, text
from services.portal.schemas.portal_features import Features
from shared.web.fields import Schema

MESSAGE: Final = 1000
APPROVABLE: Final = frozenset(
    {
        Action.APPLY_COUPON,
        Action.CHANGE_PLAN,
        Action.CHANGE_QUANTITY,
        Action.PAUSE,
        Action.REQUEST_REFUND,
        Action.RESUBSCRIBE,
        Action.RESUME,
    }
)
"""What a person can carry out, besides canceling, once they have approved it. Coupons: applying and removing them."""


class PolicySay(Schema):
    """What a product, plan or subscription says of one action."""

    setting = choice(
        tuple(each.value for each in Setting if each is not Setting.NEEDS_APPROVAL),
        "May the customer do it",
        required=True,
    )
    message = text(MESSAGE, "Shown where it is not allowed", lines=True, load_default=None, allow_none=True)


class ApprovablePolicySay(PolicySay):
    """The same of an action that a person may be asked for."""

    setting = choice(tuple(each.value for each in Setting), "May the customer do it", required=True)


Policies: type[ma.Schema] = Schema.from_dict(
    {
        action.value: ma.fields.Nested(ApprovablePolicySay if action in APPROVABLE else PolicySay)
        for action in Action
        if action not in (Action.CANCEL, Action.CHANGE_EMAIL, Action.UPDATE_DETAILS, Action.TOP_UP)
    },
    name="Policies",
)
"""What a level says of actions other than canceling, given and replaced as a whole. Not details, nor credit."""


class LevelSaid(Schema):
    """What one level said, whether or not it decided."""

    level = shown("platform, configuration, product, plan or subscription")
    setting = shown("`inherit`, `allow`, `needs_approval` or `deny`")
    reason = shown("Why not", allow_none=True)
    message = shown("The vendor's own sentence for it", allow_none=True)


class PolicyAnswer(Schema):
    """What the policy says, which level decided, and what each said."""

    action = shown("What was asked about")
    decision = shown("`allowed`, `needs_approval` or `denied`")
    level = shown("Who decided: platform, configuration, product, plan or subscription")
    reason = shown("Why not", allow_none=True)
    message = shown("The vendor's own sentence for it", allow_none=True)
    said = ma.fields.List(
        ma.fields.Nested(LevelSaid), metadata={"description": "All five levels, the general before the specific"}
    )


class ExplainArgs(Schema):
    """What to explain."""

    action = choice(tuple(each.value for each in Action), "Which action", required=True)
    subscription = reference("Of which subscription", load_default=None)
    payment = reference("Of which payment", load_default=None)
    customer = reference("To which customer", load_default=None)
    portal_configuration = reference("In which portal; the default one if left out", load_default=None)


class PolicyTrial(Schema):
    """A draft to be tried on the subscriptions that run. Nothing is saved."""

    portal_configuration = reference("Of which portal; the default one if left out", load_default=None)
    features = ma.fields.Nested(
        Features, required=True, metadata={"description": "What would change; what is left out stays"}
    )


class PolicyDifference(Schema):
    """How many subscriptions gain or lose an action."""

    action = shown("Which action")
    gain = shown_number("How many customers may newly do it, at once or with approval")
    lose = shown_number("How many no longer may")


class PolicyTrialResult(Schema):
    """What the draft would mean."""

    subscriptions = shown_number("On how many it was tried")
    differences = ma.fields.List(ma.fields.Nested(PolicyDifference))
