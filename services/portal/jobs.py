"""JOBS: what portal does by the clock."""

from datetime import datetime, timedelta
from typing import Any, Final

from services.portal.actions import confirmations, domains, exporting, recipients, tax_ids
from services.portal.actions.operations import import_checks, sealing, test_clock
from services.portal.actions.payments import detaching, retry, settle_attempts, settle_refunds
from services.portal.actions.sources import asking, hearing, syncing
from services.portal.actions.subscriptions import notices, renew
from services.portal.actions.support import reminders
from services.portal.queries import test_clocks
from services.portal.queries.test_clocks import Present
from shared.database import Begin, scope
from shared.jobs import Job

BATCH: Final = 100
TEST_CLOCK_PATIENCE: Final = timedelta(seconds=30)


def renew_due(begin: Begin, *, now: datetime, adapters: Any) -> int:
    """What is due for a subscription: renewals, ends of trials and pauses, and of what was canceled."""
    return sum(renew.run(begin, adapters.processors, present=present, limit=BATCH) for present in _presents(begin, now))


def retry_payments(begin: Begin, *, now: datetime, adapters: Any) -> int:
    """Try again what was declined, on the days the vendor set."""
    return sum(retry.run(begin, adapters.processors, present=present, limit=BATCH) for present in _presents(begin, now))


def give_notice(begin: Begin, *, now: datetime, adapters: Any) -> int:
    """Tell of trials and pauses that end soon by themselves, and of cards that run out."""
    return sum(notices.run(begin, present=present, limit=BATCH) for present in _presents(begin, now))


def remind_staff(begin: Begin, *, now: datetime, adapters: Any) -> int:
    """Remind staff of cancels that wait for them while the renewal comes near."""
    return sum(reminders.run(begin, present=present, limit=BATCH) for present in _presents(begin, now))


def warn_of_due_answers(begin: Begin, *, now: datetime, adapters: Any) -> int:
    """Warn staff of answers that are due soon."""
    return sum(reminders.run_due(begin, present=present, limit=BATCH) for present in _presents(begin, now))


def advance_test_clocks(begin: Begin, *, now: datetime, adapters: Any) -> int:
    """Go on with test clocks whose mover is gone, or had no more patience."""
    return test_clock.continue_abandoned(begin, adapters.processors, patience=TEST_CLOCK_PATIENCE)


def _presents(begin: Begin, now: datetime) -> tuple[Present, ...]:
    with begin() as session:
        return test_clocks.presents(session, now=now)


def forget_confirmations(begin: Begin, *, now: datetime, adapters: Any) -> int:
    """Drop what is kept of confirmations that have expired."""
    with begin() as session, scope.platform():
        confirmations.forget(session, now=now)
    return 0


def settle_unknown_charges(begin: Begin, *, now: datetime, adapters: Any) -> int:
    """Ask the processor what became of charges that have no outcome yet."""
    return settle_attempts.settle_due(begin, processors=adapters.processors, now=now)


def settle_unknown_refunds(begin: Begin, *, now: datetime, adapters: Any) -> int:
    """Ask the processor what became of refunds that have no outcome yet."""
    return settle_refunds.settle_due(begin, processors=adapters.processors, now=now)


def detach_cards(begin: Begin, *, now: datetime, adapters: Any) -> int:
    """Have processors forget the cards of people who were erased."""
    return detaching.detach_due(begin, processors=adapters.processors, now=now)


def expire_exports(begin: Begin, *, now: datetime, adapters: Any) -> int:
    """Drop exports that were not fetched in time."""
    return exporting.expire(begin, now=now)


def seal_action_log(begin: Begin, *, now: datetime, adapters: Any) -> int:
    """Chain the lines that were written since. Again at once only when there were many, or it would never rest."""
    sealed = sealing.seal_batch(begin)
    return sealed if sealed >= sealing.BATCH else 0


def recheck_domains(begin: Begin, *, now: datetime, adapters: Any) -> int:
    """Look again, once a day, for the records that prove vendors' own hosts."""
    return domains.recheck(begin, adapters.dns, now=now, limit=BATCH)


def check_tax_ids(begin: Begin, *, now: datetime, adapters: Any) -> int:
    """Have VAT numbers confirmed by the register, where an installation asks it."""
    return tax_ids.check_due(begin, vies=adapters.vies, now=now)


def forget_recipients(begin: Begin, *, now: datetime, adapters: Any) -> int:
    """Drop further addresses that were removed long ago."""
    return recipients.forget(begin, now=now)


def ask_sources(begin: Begin, *, now: datetime, adapters: Any) -> int:
    """Carry on what other billing sources were asked to do and nobody knows the outcome of."""
    return asking.carry_on_due(begin, sources=adapters.processors.sources, now=now)


def sync_sources(begin: Begin, *, now: datetime, adapters: Any) -> int:
    """Take over what a newly connected source has, page by page."""
    return syncing.continue_due(begin, sources=adapters.processors.sources, now=now)


def carry_on_imports(begin: Begin, *, now: datetime, adapters: Any) -> int:
    """Bring in the files that were confirmed."""
    return import_checks.carry_on_due(begin, now=now)


def forget_heard(begin: Begin, *, now: datetime, adapters: Any) -> int:
    """Drop the ids of messages that no source sends again."""
    with begin() as session, scope.platform():
        hearing.forget(session, now=now)
    return 0


JOBS: Final[tuple[Job, ...]] = (
    Job(name="renew_due", every=timedelta(seconds=5), run=renew_due, leased=False),
    Job(name="retry_payments", every=timedelta(seconds=30), run=retry_payments, leased=False),
    Job(name="give_notice", every=timedelta(minutes=10), run=give_notice),
    Job(name=reminders.JOB, every=timedelta(minutes=10), run=remind_staff),
    Job(name=reminders.DUE_JOB, every=timedelta(minutes=1), run=warn_of_due_answers),
    Job(name="advance_test_clocks", every=timedelta(seconds=15), run=advance_test_clocks),
    Job(name=settle_attempts.JOB, every=timedelta(seconds=5), run=settle_unknown_charges, leased=False),
    Job(name="settle_refunds", every=timedelta(seconds=10), run=settle_unknown_refunds, leased=False),
    Job(name=tax_ids.JOB, every=timedelta(seconds=20), run=check_tax_ids, leased=False),
    Job(name=detaching.JOB, every=timedelta(seconds=5), run=detach_cards, leased=False),
    Job(name=sealing.JOB, every=timedelta(seconds=3), run=seal_action_log),
    Job(name=domains.JOB, every=timedelta(minutes=10), run=recheck_domains),
    Job(name=exporting.JOB, every=timedelta(minutes=1), run=expire_exports),
    Job(name=recipients.JOB, every=timedelta(hours=6), run=forget_recipients),
    Job(name=asking.JOB, every=timedelta(seconds=5), run=ask_sources, leased=False),
    Job(name=syncing.JOB, every=timedelta(seconds=5), run=sync_sources, leased=False),
    Job(name=import_checks.JOB, every=timedelta(seconds=2), run=carry_on_imports, leased=False),
    Job(name="forget_heard", every=timedelta(hours=1), run=forget_heard),
    Job(name="forget_confirmations", every=timedelta(hours=1), run=forget_confirmations),
)
