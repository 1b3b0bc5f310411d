"""DECIDES may customers cancel, pause and get their money back the way a configuration says.

Canceling takes effect at the end of the period, at once, or as the customer chooses; unused time is given back or not,
but a cancel never charges (`always_invoice` is refused). Where a person carries out a cancel or a refund (`manual`),
a helpdesk that exists takes the request. Reasons are among the known ones or the vendor's own, each once; a portal
that asks for a reason offers at least one. Each reason leads to one offer at most, of a coupon or plan that exists. A
pause is without end, or for one of a few lengths of three years at most. A refund may be asked for at any time (null),
never (0), or for some days.

Worked example: `execution: manual` without `helpdesk` is `helpdesk_required`; two offers for `too_expensive` are
`not_unique`; a pause of 37 months is `pause_too_long`, one of 36 months is good.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from services.portal.rules.portals import problems as check
from services.portal.rules.portals.features import REASONS, CancelMode, Execution, Proration, UnusedTime
from services.portal.rules.portals.problems import Known
from services.portal.rules.subscriptions.period import Interval
from shared.errors import FieldError

MESSAGE_LENGTH: Final = 500
OFFERS: Final = ("coupon", "pause", "plan", "contact")
PRORATIONS: Final = (Proration.NONE.value, Proration.CREATE_PRORATIONS.value)
DURATIONS: Final = ("indefinite", "interval_options")
LONGEST_PAUSE: Final[Mapping[str, int]] = {
    Interval.DAY.value: 1095,
    Interval.WEEK.value: 156,
    Interval.MONTH.value: 36,
    Interval.YEAR.value: 3,
}
LONGEST_WINDOW: Final = 3650


def decide(features: Mapping[str, Any], *, known: Known) -> list[FieldError]:
    """What is wrong with the features of leaving; `features` are complete."""
    problems: list[FieldError] = []
    _check_cancel(features["subscription_cancel"], known, problems)
    _check_pause(features["subscription_pause"], problems)
    _check_refund(features["refund_request"], known, problems)
    return problems


def _check_cancel(feature: Mapping[str, Any], known: Known, problems: list[FieldError]) -> None:
    where = "features.subscription_cancel"
    check.choice(f"{where}.mode", feature["mode"], set(CancelMode), problems)
    check.choice(f"{where}.proration_behavior", feature["proration_behavior"], PRORATIONS, problems)
    check.choice(f"{where}.unused_time", feature["unused_time"], set(UnusedTime), problems)
    check.text(f"{where}.confirmation_message", feature["confirmation_message"], MESSAGE_LENGTH, problems)
    _check_execution(where, feature, known, problems)
    asked = feature["cancellation_reason"]
    options, own = asked["options"], asked["feedback_options"]
    check.choices(f"{where}.cancellation_reason.options", options, REASONS, problems)
    check.own_words(f"{where}.cancellation_reason.feedback_options", own, problems)
    if asked["enabled"] and not options and not own:
        problems.append(FieldError.of(f"{where}.cancellation_reason.options", "required"))
    _check_offers(f"{where}.offers", feature["offers"], [*REASONS, *own], known, problems)


def _check_execution(where: str, feature: Mapping[str, Any], known: Known, problems: list[FieldError]) -> None:
    check.choice(f"{where}.execution", feature["execution"], set(Execution), problems)
    check.known(f"{where}.helpdesk", feature["helpdesk"], known.helpdesks, problems)
    if feature["execution"] == Execution.MANUAL and feature["helpdesk"] is None:
        problems.append(FieldError.of(f"{where}.helpdesk", "helpdesk_required"))


def _check_offers(
    where: str, offers: list[Mapping[str, Any]], reasons: Collection[str], known: Known, problems: list[FieldError]
) -> None:
    taken: set[str | None] = set()
    for number, offer in enumerate(offers):
        here = f"{where}.{number}"
        wanted: list[str] = list(offer.get("reasons", ()))
        check.choices(f"{here}.reasons", wanted, reasons, problems)
        answered: set[str | None] = {*wanted} or {None}
        if answered & taken:
            problems.append(FieldError.of(f"{here}.reasons", "not_unique"))
        taken |= answered
        check.choice(f"{here}.kind", offer["kind"], OFFERS, problems)
        for kind, among in (("coupon", known.coupons), ("plan", known.plans)):
            named = offer.get(kind)
            check.known(f"{here}.{kind}", named, among, problems)
            if (offer["kind"] == kind) is not (named is not None):
                problems.append(FieldError.of(f"{here}.{kind}", "required" if named is None else "out_of_place"))


def _check_pause(feature: Mapping[str, Any], problems: list[FieldError]) -> None:
    where = "features.subscription_pause.duration"
    duration = feature["duration"]
    options: list[Mapping[str, Any]] = duration["interval_options"]
    check.choice(f"{where}.type", duration["type"], DURATIONS, problems)
    if duration["type"] == "interval_options" and not options:
        problems.append(FieldError.of(f"{where}.interval_options", "required"))
    lengths = [(option["interval"], option["interval_count"]) for option in options]
    check.unique(f"{where}.interval_options", lengths, problems)
    for number, (interval, count) in enumerate(lengths):
        here = f"{where}.interval_options.{number}"
        check.choice(f"{here}.interval", interval, set(LONGEST_PAUSE), problems)
        if not 1 <= count <= LONGEST_PAUSE.get(interval, count):
            problems.append(FieldError.of(f"{here}.interval_count", "pause_too_long"))


def _check_refund(feature: Mapping[str, Any], known: Known, problems: list[FieldError]) -> None:
    where = "features.refund_request"
    _check_execution(where, feature, known, problems)
    check.own_words(f"{where}.reasons", feature["reasons"], problems)
    days = feature["refund_window_days"]
    if days is not None and not 0 <= days <= LONGEST_WINDOW:
        problems.append(FieldError.of(f"{where}.refund_window_days", "out_of_range", least=0, most=LONGEST_WINDOW))
