"""What a portal may be, look like and allow; what the presets are made of."""

from dataclasses import replace
from typing import Any

import pytest

from services.portal.rules.portals import configuration, features, getting_in, presets
from services.portal.rules.portals.configuration import REASONS, Draft
from services.portal.rules.portals.features import AccessGate, CancelMode, Execution
from services.portal.rules.portals.problems import Known
from shared.errors import Invalid

KNOWN = Known(
    helpdesks={"hd_1"}, coupons={"cpn_1"}, plans={"plan_1"}, campaigns={"camp_1", "camp_2"}, products={"prod_1"}
)


def a_draft(**more: Any) -> Draft:
    draft = Draft(
        slug="lark",
        name="Customer portal",
        display_name="Lark",
        features={},
        appearance={"brand_color": "#1A2b3c", "headline": None, "description": None, "logo": None},
        languages={"auto_detect": True, "default_locale": "en-US"},
        links={},
    )
    return replace(draft, **more)


def refused(draft: Draft) -> set[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        configuration.decide(draft, mode="test", known=KNOWN)
    return {(each.field, each.code) for each in caught.value.fields}


def test_a_portal_is_published_in_its_one_form() -> None:
    found = configuration.decide(
        a_draft(display_name=" Lark ", links={"privacy": "https://lark.example/p"}), mode="test"
    )

    assert (found.display_name, found.appearance["brand_color"]) == ("Lark", "#1a2b3c")
    assert found.links == {"privacy": "https://lark.example/p", "terms": None, "return": None, "support": None}


def test_a_link_signs_other_browsers_in_or_not_and_nothing_else() -> None:
    for known in ("confirm", "code"):
        draft = a_draft(sign_in={"methods": ["email"], "cross_device": known})
        assert configuration.decide(draft, mode="test").sign_in["cross_device"] == known

    wrong = a_draft(sign_in={"methods": ["email"], "cross_device": "always"})
    assert refused(wrong) == {("sign_in.cross_device", "not_a_choice")}


@pytest.mark.parametrize("url", ["https://lark.example", "http://localhost:3000/x", "http://127.0.0.1"])
def test_links_lead_to_https_or_to_this_machine(url: str) -> None:
    assert configuration.decide(a_draft(links={"return": url}), mode="test").links["return"] == url


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "http://lark.example", "//lark.example", "https://", "https://[", "https://a b", "ftp://x",
     "https://user:pw@lark.example", "https://lark.example/\u202e", "https://x/" + "y" * 1000],
)  # fmt: skip
def test_other_links_are_refused(url: str) -> None:
    assert refused(a_draft(links={"terms": url})) == {("links.terms", "bad_url")}


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"slug": "Lark"}, "slug", "bad_portal_slug"),
        ({"slug": "-lark"}, "slug", "bad_portal_slug"),
        ({"slug": "x" * 64}, "slug", "bad_portal_slug"),
        ({"kind": "kiosk"}, "kind", "not_a_choice"),
        ({"name": " "}, "name", "required"),
        ({"display_name": ""}, "display_name", "required"),
        ({"display_name": "x" * 201}, "display_name", "too_long"),
        ({"display_name": "a\x00"}, "display_name", "control_character"),
        ({"appearance": {"brand_color": "red"}}, "appearance.brand_color", "bad_color"),
        ({"appearance": {"headline": "x" * 201}}, "appearance.headline", "too_long"),
        ({"languages": {"default_locale": "?"}}, "languages.default_locale", "bad_locale"),
    ],
)
def test_a_portal_that_is_not_complete_and_fair_is_refused(change: dict[str, Any], field: str, code: str) -> None:
    assert refused(a_draft(**change)) == {(field, code)}


@pytest.mark.parametrize(
    ("scope", "problems"),
    [
        ({"campaigns": ["camp_1"]}, set()),
        ({"campaigns": ["camp_1", "camp_9"]}, {("scope.campaigns.1", "unknown_reference")}),
        ({"campaigns": ["camp_1", "camp_1"]}, {("scope.campaigns", "not_unique")}),
        ({"hidden_products": ["prod_9"]}, {("scope.hidden_products.0", "unknown_reference")}),
        ({"access_gate": "vip"}, {("scope.access_gate", "not_a_choice")}),
    ],
)
def test_what_a_portal_is_limited_to_exists(scope: dict[str, Any], problems: set[tuple[str, str]]) -> None:
    draft = a_draft(scope={**configuration.DEFAULT_SCOPE, **scope})

    if problems:
        assert refused(draft) == problems
    else:
        assert configuration.decide(draft, mode="test", known=KNOWN).scope["campaigns"] == ["camp_1"]


def test_no_campaigns_and_none_of_them_are_both_no_limit() -> None:
    found = configuration.decide(a_draft(scope={"campaigns": [], "hidden_products": []}), mode="test")

    assert found.scope == {"campaigns": None, "hidden_products": [], "access_gate": "any_order"}


def cancel(**more: Any) -> dict[str, Any]:
    return {"subscription_cancel": more}


def asking(*options: str, own: tuple[str, ...] = (), enabled: bool = True) -> dict[str, Any]:
    return cancel(cancellation_reason={"enabled": enabled, "options": list(options), "feedback_options": list(own)})


def lasting(*options: tuple[str, int], kind: str = "interval_options") -> dict[str, Any]:
    lengths = [{"interval": interval, "interval_count": count} for interval, count in options]
    return {"subscription_pause": {"enabled": True, "duration": {"type": kind, "interval_options": lengths}}}


def updating(**more: Any) -> dict[str, Any]:
    return {"subscription_update": {"enabled": True, "default_allowed_updates": ["price"], **more}}


_CANCEL = "features.subscription_cancel"
_OPTIONS = f"{_CANCEL}.cancellation_reason.options"
_OWN = f"{_CANCEL}.cancellation_reason.feedback_options"
_LENGTHS = "features.subscription_pause.duration.interval_options"
_UPDATE = "features.subscription_update"
_REFUND = "features.refund_request"
_COUPON = {"kind": "coupon", "coupon": "cpn_1"}


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        (cancel(mode="never"), f"{_CANCEL}.mode", "not_a_choice"),
        (cancel(execution="magic"), f"{_CANCEL}.execution", "not_a_choice"),
        (cancel(execution="manual"), f"{_CANCEL}.helpdesk", "helpdesk_required"),
        (cancel(execution="manual", helpdesk="hd_9"), f"{_CANCEL}.helpdesk", "unknown_reference"),
        (cancel(proration_behavior="always_invoice"), f"{_CANCEL}.proration_behavior", "not_a_choice"),
        (cancel(unused_time="lottery"), f"{_CANCEL}.unused_time", "not_a_choice"),
        (cancel(confirmation_message="x" * 501), f"{_CANCEL}.confirmation_message", "too_long"),
        (cancel(confirmation_message="a\x07"), f"{_CANCEL}.confirmation_message", "control_character"),
        (asking("boring"), _OPTIONS, "not_a_choice"),
        (asking("unused", "unused"), _OPTIONS, "not_unique"),
        (asking(), _OPTIONS, "required"),
        (asking(own=("",)), f"{_OWN}.0", "required"),
        (asking(own=("Moved", "x" * 201)), f"{_OWN}.1", "too_long"),
        (asking(own=("Moved", "Moved")), _OWN, "not_unique"),
        (asking(own=tuple(str(each) for each in range(21))), _OWN, "too_many_items"),
        (cancel(offers=[{"kind": "gift"}]), f"{_CANCEL}.offers.0.kind", "not_a_choice"),
        (cancel(offers=[{"kind": "coupon"}]), f"{_CANCEL}.offers.0.coupon", "required"),
        (cancel(offers=[{"kind": "coupon", "coupon": "cpn_9"}]), f"{_CANCEL}.offers.0.coupon", "unknown_reference"),
        (cancel(offers=[{"kind": "plan"}]), f"{_CANCEL}.offers.0.plan", "required"),
        (cancel(offers=[{"kind": "plan", "plan": "plan_9"}]), f"{_CANCEL}.offers.0.plan", "unknown_reference"),
        (cancel(offers=[{"kind": "pause", "plan": "plan_1"}]), f"{_CANCEL}.offers.0.plan", "out_of_place"),
        (cancel(offers=[{**_COUPON, "reasons": ["boring"]}]), f"{_CANCEL}.offers.0.reasons", "not_a_choice"),
        (
            cancel(offers=[{**_COUPON, "reasons": ["unused"]}, {"kind": "pause", "reasons": ["other", "unused"]}]),
            f"{_CANCEL}.offers.1.reasons",
            "not_unique",
        ),
        (cancel(offers=[_COUPON, {"kind": "contact"}]), f"{_CANCEL}.offers.1.reasons", "not_unique"),
        (lasting(), _LENGTHS, "required"),
        (lasting(("month", 1), ("month", 1)), _LENGTHS, "not_unique"),
        (lasting(("fortnight", 1)), f"{_LENGTHS}.0.interval", "not_a_choice"),
        (lasting(("month", 0)), f"{_LENGTHS}.0.interval_count", "pause_too_long"),
        (lasting(("month", 1), ("month", 37)), f"{_LENGTHS}.1.interval_count", "pause_too_long"),
        (lasting(("year", 4)), f"{_LENGTHS}.0.interval_count", "pause_too_long"),
        (lasting(("week", 157)), f"{_LENGTHS}.0.interval_count", "pause_too_long"),
        (lasting(("day", 1096)), f"{_LENGTHS}.0.interval_count", "pause_too_long"),
        (lasting(kind="forever"), "features.subscription_pause.duration.type", "not_a_choice"),
        (updating(default_allowed_updates=[]), f"{_UPDATE}.default_allowed_updates", "required"),
        (updating(default_allowed_updates=["tax"]), f"{_UPDATE}.default_allowed_updates", "not_a_choice"),
        (updating(default_allowed_updates=["price"] * 2), f"{_UPDATE}.default_allowed_updates", "not_unique"),
        (updating(proration_behavior="guess"), f"{_UPDATE}.proration_behavior", "not_a_choice"),
        (updating(trial_update_behavior="double"), f"{_UPDATE}.trial_update_behavior", "not_a_choice"),
        (
            updating(schedule_at_period_end={"conditions": [{"type": "full_moon"}]}),
            f"{_UPDATE}.schedule_at_period_end.conditions",
            "not_a_choice",
        ),
        (
            {"subscription_resubscribe": {"enabled": True, "allow_plan_change": True}},
            "features.subscription_resubscribe.allow_plan_change",
            "needs_price_updates",
        ),
        ({"refund_request": {"execution": "manual"}}, f"{_REFUND}.helpdesk", "helpdesk_required"),
        ({"refund_request": {"refund_window_days": -1}}, f"{_REFUND}.refund_window_days", "out_of_range"),
        ({"refund_request": {"refund_window_days": 3651}}, f"{_REFUND}.refund_window_days", "out_of_range"),
        ({"refund_request": {"reasons": [" "]}}, f"{_REFUND}.reasons.0", "required"),
        ({"invoice_history": {"scope": "some"}}, "features.invoice_history.scope", "not_a_choice"),
        ({"tickets": {"enabled": True, "helpdesk": "hd_9"}}, "features.tickets.helpdesk", "unknown_reference"),
    ],
)
def test_a_feature_that_makes_no_sense_is_refused(given: dict[str, Any], field: str, code: str) -> None:
    assert refused(a_draft(features=given)) == {(field, code)}


@pytest.mark.parametrize(
    "given",
    [
        {},
        asking(enabled=False),
        asking(*REASONS),
        asking(own=("I moved",)),
        cancel(mode="customer_choice", proration_behavior="create_prorations", unused_time="credit"),
        cancel(execution="manual", helpdesk="hd_1"),
        cancel(
            offers=[
                {**_COUPON, "reasons": ["too_expensive"]},
                {"kind": "plan", "plan": "plan_1", "reasons": ["unused"]},
                {"kind": "contact"},
            ]
        ),
        lasting(("day", 1095), ("week", 156), ("month", 36), ("year", 3)),
        lasting(kind="indefinite"),
        {**updating(), "subscription_resubscribe": {"enabled": True, "allow_plan_change": True}},
        {"subscription_resubscribe": {"enabled": False, "allow_plan_change": True}},
        {"refund_request": {"execution": "manual", "helpdesk": "hd_1", "refund_window_days": 0}},
        {"tickets": {"enabled": True, "helpdesk": "hd_1"}},
    ],
)
def test_a_feature_that_makes_sense_is_kept_as_it_was_given(given: dict[str, Any]) -> None:
    assert configuration.decide(a_draft(features=given), mode="test", known=KNOWN).features == given


@pytest.mark.parametrize("mode", ["test", "live"])
@pytest.mark.parametrize("kind", configuration.KINDS)
@pytest.mark.parametrize("preset", list(presets.PRESETS))
def test_a_preset_is_a_portal_that_can_be_published(preset: str, kind: str, mode: str) -> None:
    table = presets.begins_as(preset, mode=mode)
    scope = {**configuration.default_scope(kind), **table["scope"]}
    draft = a_draft(kind=kind, features=table["features"], scope=scope, sign_in=table["sign_in"])

    decided = configuration.decide(draft, mode=mode)

    getting_in.check_accepted(decided.sign_in, before={}, mode=mode)
    assert decided.sign_in["require_hash"] is (mode == "live" or preset != "billflow")


@pytest.mark.parametrize(
    ("preset", "mode", "gate", "changes", "resubscribes", "refunds", "opens"),
    [
        ("paykickstart", CancelMode.CUSTOMER_CHOICE, AccessGate.PAID_TRANSACTION, set(), False, False, True),
        ("wingback", CancelMode.AT_PERIOD_END, AccessGate.ANY_ORDER, {"price"}, False, False, False),
        ("kartra", CancelMode.AT_PERIOD_END, AccessGate.ANY_ORDER, set(), False, True, False),
        ("billflow", CancelMode.AT_PERIOD_END, AccessGate.ANY_ORDER, {"price", "quantity", "promotion_code"}, True,
         False, False),
        ("4geeks", CancelMode.AT_PERIOD_END, AccessGate.ACTIVE_SUBSCRIPTION, set(), False, False, False),
    ],
)  # fmt: skip
def test_a_preset_allows_what_its_product_does(
    preset: str, mode: CancelMode, gate: AccessGate, changes: set[str], resubscribes: bool, refunds: bool, opens: bool
) -> None:
    table = presets.PRESETS[preset]
    found = features.calculate(table["features"])

    assert (found.cancel.enabled, found.cancel.mode, table["scope"]["access_gate"]) == (True, mode, gate)
    assert changes == {word for word in ("price", "quantity", "promotion_code") if getattr(found.update, word)}
    assert (found.resubscribe.enabled, found.refund.enabled, found.tickets_enabled) == (resubscribes, refunds, refunds)
    assert (found.product_access_enabled, found.pause.enabled) == (opens, False)
    assert (found.invoices_enabled, found.payment_methods_enabled) == (True, True)
    assert found.invoices_of_subscription_only is found.cancel.reasons_enabled is (preset == "billflow")
    assert found.cancel.execution is found.refund.execution is Execution.AUTOMATED
