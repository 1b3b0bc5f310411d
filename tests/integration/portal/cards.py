"""Cards of a customer, as they come back from the sandbox's card page."""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select

from services.portal.actions.payments import adding, collect, settle_attempts
from services.portal.actions.payments.adding import Wanted
from services.portal.actions.payments.methods import Changed
from services.portal.adapters import Adapters
from services.portal.adapters.sandbox import visits
from services.portal.adapters.sandbox.visits import Entered
from services.portal.models import SandboxCharge
from services.portal.queries import time
from services.portal.rules.payments.outcome import Result
from shared import clock
from shared.database import scope
from tests.integration.portal.shop import Shop, Who

PAYS: Final = "4242424242424242"
KEPT_BUT_DECLINED: Final = "4000000000000341"
KEPT_WITHOUT_MONEY: Final = "4000000000101107"
KEPT_BUT_STOLEN: Final = "4000000000101305"
CONFIRMS_ONCE: Final = "4000002500003155"
CONFIRMS_ALWAYS: Final = "4000000000003220"
CONFIRMS_IN_VAIN: Final = "4000008400001629"
ANSWERS_LATE: Final = "4000000000004087"
NEVER_ANSWERS: Final = "4000000000005043"


def adapters(shop: Shop) -> Adapters:
    found: Adapters = shop.app.extensions["bursar"].adapters
    return found


def visit(shop: Shop, customer: str, *, subscription: str | None = None, who: Any = None) -> str:
    """The id of a visit to the card page that the vendor's key began."""
    with shop.inside() as session:
        reference = adding.begin_adding(
            session,
            wanted=Wanted(customer=customer, subscription=subscription),
            by=who or Who(kind="key"),
            now=time.now(session),
        )
    return adapters(shop).sandbox.start_setup(reference=reference, return_url="/back").id


def enter(shop: Shop, setup_id: str, number: str, *, expiry: str = "12/40", cvc: str = "123") -> Entered:
    return visits.enter(adapters(shop).sandbox, setup_id=setup_id, number=number, expiry=expiry, cvc=cvc)


def finish(shop: Shop, setup_id: str, *, who: Any = None) -> Changed | None:
    """What the way back does: keep the card, then try what is open."""
    setup = adapters(shop).sandbox.finish_setup(setup_id)
    assert setup is not None
    with shop.inside() as session:
        kept = adding.finish_adding(
            session, setup=setup, processor="sandbox", by=who or Who(kind="key"), now=time.now(session)
        )
    for intent in kept.intents if kept else ():
        carry_out(shop, intent)
    return kept


def carry_out(shop: Shop, intent: Any) -> Result:
    with scope.system(vendor=shop.vendor, mode=shop.mode, job="test"):
        done = collect.carry_out(shop.database.begin, processors=adapters(shop).processors, intent=intent)
    return done.result


def card(shop: Shop, customer: str, number: str = PAYS, *, subscription: str | None = None) -> str:
    """A customer's card with this number, kept; the first, or one for no subscription, is the default. Its id."""
    setup_id = visit(shop, customer, subscription=subscription)
    entered = enter(shop, setup_id, number)
    assert entered.next_url is not None, entered.decline_code
    if "/challenge/" in entered.next_url:
        visits.answer(adapters(shop).sandbox, challenge_id=setup_id, confirms=True)
    kept = finish(shop, setup_id)
    assert kept is not None
    return kept.card.id


def answer(shop: Shop, action_url: str, *, confirms: bool) -> str:
    """The customer answers their bank; where that leads."""
    return visits.answer(adapters(shop).sandbox, challenge_id=action_url.rpartition("/")[2], confirms=confirms)


def come_back(shop: Shop, payment_id: str) -> None:
    """The page that the bank leads back to asks the processor."""
    with scope.system(vendor=shop.vendor, mode=shop.mode, job="test"):
        settle_attempts.ask(shop.database.begin, processors=adapters(shop).processors, payment_id=payment_id)


def settle_due(shop: Shop, *, minutes: float) -> int:
    """The job that asks about what has no outcome, so much later."""
    now = clock.now() + timedelta(minutes=minutes, seconds=1)
    return settle_attempts.settle_due(shop.database.begin, processors=adapters(shop).processors, now=now)


def charges(shop: Shop, token: str) -> list[tuple[str, int]]:
    """What the sandbox has charged to a card: status and amount of each."""
    with shop.database.begin() as session:
        found = session.execute(
            select(SandboxCharge.status, SandboxCharge.amount)
            .where(SandboxCharge.card == token)
            .order_by(SandboxCharge.id)
        )
        return [(status, amount) for status, amount in found]
