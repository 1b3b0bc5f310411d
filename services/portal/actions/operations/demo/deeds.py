"""What people of the demo do, each by the action that a request would call. A deed is `(scene, email) -> None`."""

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import select

from services.portal.actions import customers, subscriptions
from services.portal.actions.operations.demo.people import Person
from services.portal.actions.operations.demo.scene import By, Scene
from services.portal.actions.payments import adding, calls, collect, prepare_refund, refund
from services.portal.actions.payments.adding import Wanted
from services.portal.actions.subscriptions import change as changing
from services.portal.actions.subscriptions import planned
from services.portal.actions.support import tickets
from services.portal.adapters.sandbox import visits
from services.portal.models import Payment
from services.portal.rules.customers import details
from services.portal.rules.subscriptions.cancellation import Timing
from shared import clock

Deed = Callable[[Scene, str], None]
GOOD: Final = "4242424242424242"
MASTERCARD: Final = "5555555555554444"
NO_MONEY: Final = "4000000000101107"
ASKS_THE_BANK: Final = "4000000000003220"
_KEY: Final = "of the demo"  # what a customer was shown is done in the same moment: nobody carries it about


def join(scene: Scene, person: Person) -> None:
    """Become a customer."""
    with scene.step() as (session, now):
        given = details.decide(email=person.email, display_name=person.name, **person.details)
        scene.customers[person.email] = customers.create(session, given=given, now=now).id


def card(number: str, *, expires: str = "later") -> Deed:
    """A card, entered at the processor's; what is open is tried with it. It expires in years, or in this month."""

    def does(scene: Scene, email: str) -> None:
        sandbox, by = scene.adapters.sandbox, By()
        with scene.step() as (session, now):
            wanted = Wanted(customer=scene.customers[email])
            reference = adding.begin_adding(session, wanted=wanted, by=by, now=now)
        wall = clock.now()
        years = 0 if expires == "this month" else 3
        page = sandbox.start_setup(reference=reference, return_url="/").id
        visits.enter(
            sandbox, setup_id=page, number=number, expiry=f"{wall:%m}/{(wall.year + years) % 100:02d}", cvc="123"
        )
        visits.answer(sandbox, challenge_id=page, confirms=True)
        setup = sandbox.finish_setup(page)
        assert setup is not None, "the sandbox forgot a visit"
        with scene.step() as (session, now):
            kept = adding.finish_adding(session, setup=setup, processor=sandbox.name, by=by, now=now)
        for intent in kept.intents if kept else ():
            collect.carry_out(scene.begin, processors=scene.adapters.processors, intent=intent)

    return does


def subscribe(plan: str, **more: Any) -> Deed:
    """To the plan of that name; charged to the card at once, where it has no trial."""

    def does(scene: Scene, email: str) -> None:
        with scene.step() as (session, now):
            made = subscriptions.start(
                session, customer=scene.customers[email], plan=scene.plans[plan], now=now, **more
            )
        if made.intent is not None:
            collect.carry_out(scene.begin, processors=scene.adapters.processors, intent=made.intent)
        scene.subscriptions.setdefault(email, []).append(made.id)

    return does


def cancel(timing: Timing, feedback: str) -> Deed:
    """The newest subscription."""

    def does(scene: Scene, email: str) -> None:
        with scene.step() as (session, now):
            done = subscriptions.cancel(
                session,
                subscription_id=scene.subscriptions[email][-1],
                by=By(),
                timing=timing,
                feedback=feedback,
                now=now,
            )
        calls.carry_out(scene.begin, processors=scene.adapters.processors, calls=done.calls)

    return does


def pause(months: int) -> Deed:
    """For so long."""

    def does(scene: Scene, email: str) -> None:
        of = scene.subscriptions[email][-1]
        with scene.step() as (session, now):
            subscriptions.pause(session, subscription_id=of, by=By(), interval="month", interval_count=months, now=now)

    return does


def move_to(plan: str | None = None, *, quantity: int | None = None) -> Deed:
    """Another plan or quantity: at once, or at the end of the period where that is the rule."""

    def does(scene: Scene, email: str) -> None:
        wanted = planned.Wanted(plan=scene.plans[plan] if plan else None, quantity=quantity)
        with scene.step() as (session, now):
            of = scene.subscriptions[email][-1]
            done = changing.change(session, subscription_id=of, wanted=wanted, by=By(), now=now)
        if done.intent is not None:
            collect.carry_out(scene.begin, processors=scene.adapters.processors, intent=done.intent)

    return does


def ask_money_back(amount: int | None, comment: str) -> Deed:
    """A customer asks for it, of the newest payment; the portal says whether a person decides."""

    def does(scene: Scene, email: str) -> None:
        with scene.as_customer(email) as (session, now, by):
            newest = select(Payment.id).where(Payment.status == "succeeded").order_by(Payment.id.desc()).limit(1)
            of = {"payment_id": session.scalars(newest).one(), "amount": amount, "by": by, "key": _KEY, "now": now}
            shown = prepare_refund.prepare(session, **of).confirmation
            done = refund.request(session, reason=None, comment=comment, confirmation=shown, **of)
        if done.intent is not None:
            refund.carry_out(scene.begin, processors=scene.adapters.processors, intent=done.intent)

    return does


def ask(subject: str, message: str) -> Deed:
    """A customer opens a ticket."""

    def does(scene: Scene, email: str) -> None:
        with scene.as_customer(email) as (session, now, by):
            own = scene.customers[email]
            scene.opened[email] = tickets.open_question(
                session, customer=own, subject=subject, message=message, by=by, helpdesk=None, now=now
            ).id

    return does


def say(message: str) -> Deed:
    """The customer writes on in their ticket."""

    def does(scene: Scene, email: str) -> None:
        with scene.as_customer(email) as (session, now, by):
            tickets.reply(session, ticket_id=scene.opened[email], message=message, by=by, now=now)

    return does


def answer(message: str) -> Deed:
    """The vendor answers in it."""

    def does(scene: Scene, email: str) -> None:
        with scene.step() as (session, now):
            tickets.reply(session, ticket_id=scene.opened[email], message=message, by=By(), now=now)

    return does
