"""What auth does by the clock: hands mails over, forgets what is old."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from services.auth.actions import direct_actions, errands, invitations, mails, notices, pruning
from services.auth.actions.errands import Wanted
from services.auth.actions.mails import WantedMail
from services.auth.adapters import Adapters
from services.auth.queries import holdings
from shared.database import scope
from shared.database.session import Begin
from shared.errors import Unavailable
from shared.jobs import Job
from shared.logs import log


def send_sign_in_mails(begin: Begin, *, now: datetime, adapters: Adapters) -> int:
    """Claim what is wanted, hand it to notifications with nothing locked meanwhile, then wipe its secrets."""
    with scope.platform(), begin() as session:
        claimed = mails.claim_sign_ins(session, now=now)
    return _hand_over(begin, claimed, now=now, adapters=adapters)


def send_mails(begin: Begin, *, now: datetime, adapters: Adapters) -> int:
    """The same for all other mails with a secret in them."""
    with scope.platform(), begin() as session:
        claimed = mails.claim_orders(session, now=now)
    return _hand_over(begin, claimed, now=now, adapters=adapters)


def invite_customers(begin: Begin, *, now: datetime, adapters: Adapters) -> int:
    """Write the invitations of new customers."""
    with scope.platform(), begin() as session:
        return invitations.invite(session, public_url=adapters.public_url, secrets=adapters.secrets, now=now)


def notice_sign_ins(begin: Begin, *, now: datetime, adapters: Adapters) -> int:
    """Write the mails about sign-ins that may not be the owner's."""
    with scope.platform(), begin() as session:
        return notices.write(session, secrets=adapters.secrets, public_url=adapters.public_url, now=now)


def tell_owners(begin: Begin, *, now: datetime, adapters: Adapters) -> int:
    """Write the mails about weak ways in that may act."""
    with scope.platform(), begin() as session:
        return direct_actions.write(session, secrets=adapters.secrets, public_url=adapters.public_url, now=now)


def _hand_over(begin: Begin, claimed: Sequence[WantedMail], *, now: datetime, adapters: Adapters) -> int:
    if not claimed:
        return 0
    try:
        refused = adapters.notifications.send_mails(claimed, passport=adapters.passports.issue_own(now=now))
    except Unavailable:
        log.info("mails.delayed", mails=[mail.id for mail in claimed])
        with scope.platform(), begin() as session:
            mails.put_back(session, claimed, now=now)
        return 0
    if refused:
        log.error("mails.refused", mails=sorted(refused))
    with scope.platform(), begin() as session:
        mails.handed_over(session, [mail for mail in claimed if mail.id not in refused])
        mails.give_up(session, [mail for mail in claimed if mail.id in refused])
    return len(claimed) - len(refused)


def run_errands(begin: Begin, *, now: datetime, adapters: Adapters) -> int:
    """Collect what everybody holds of customers who want to know, with nothing locked meanwhile."""
    with scope.platform(), begin() as session:
        claimed = errands.claim(session, now=now)
    return sum(_run_errand(begin, errand, now=now, adapters=adapters) for errand in claimed)


def _run_errand(begin: Begin, errand: Wanted, *, now: datetime, adapters: Adapters) -> int:
    passport = adapters.passports.issue_own(now=now)
    whose = {"vendor": errand.vendor, "mode": errand.mode}
    with scope.system(vendor=errand.vendor, mode="live" if errand.mode == "live" else "test", job="run_errands"):
        with begin() as session:
            own = dict(holdings.of_customer(session, customer=errand.customer))
        try:
            parts = adapters.siblings.holdings(**whose, customer=errand.customer, passport=passport)
            adapters.siblings.bring_parts(errand.id, **whose, parts={**parts, "auth": own}, passport=passport)
        except Unavailable:
            log.info("export.delayed", export=errand.id, attempts=errand.attempts)
            with begin() as session:
                errands.put_back(session, errand, now=now)
            return 0
        with begin() as session:
            errands.done(session, errand)
    return 1


def prune_sign_ins(begin: Begin, *, now: datetime, adapters: Adapters) -> int:
    """Forget old requests, tries and sessions, a batch of each at a time."""
    with scope.platform(), begin() as session:
        return (
            pruning.wipe_sealed(session, now=now)
            + pruning.forget_requests(session, now=now)
            + pruning.forget_attempts(session, now=now)
            + pruning.forget_sessions(session, now=now)
            + pruning.forget_entries(session, now=now)
            + pruning.forget_proofs(session, now=now)
        )


JOBS: Final[tuple[Job, ...]] = (
    Job("send_sign_in_mails", timedelta(seconds=0.1), send_sign_in_mails, leased=False),
    Job("send_mails", timedelta(seconds=1), send_mails, leased=False),
    Job("invite_customers", timedelta(seconds=2), invite_customers, leased=False),
    Job("tell_owners", timedelta(seconds=2), tell_owners, leased=False),
    Job("notice_sign_ins", timedelta(seconds=1), notice_sign_ins, leased=False),
    Job("run_errands", timedelta(seconds=1), run_errands, leased=False),
    Job("prune_sign_ins", timedelta(minutes=5), prune_sign_ins),
)
