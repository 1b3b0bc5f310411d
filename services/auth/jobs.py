"""What auth does by the clock: hands sign-in mails over, forgets what is old."""

from datetime import datetime, timedelta
from typing import Final

from services.auth.actions import mails, pruning
from services.auth.actions.mails import WantedMail
from services.auth.adapters import Adapters
from shared.database import scope
from shared.database.session import Begin
from shared.errors import Refusal, Unavailable
from shared.jobs import Job
from shared.logs import log


def send_sign_in_mails(begin: Begin, *, now: datetime, adapters: Adapters) -> int:
    """Claim what is wanted, hand it to notifications with nothing locked meanwhile, then wipe its secrets."""
    with scope.platform(), begin() as session:
        claimed = mails.claim(session, now=now)
    passport = adapters.passports.issue_own(now=now) if claimed else ""
    return sum(_hand_over(begin, mail, passport=passport, now=now, adapters=adapters) for mail in claimed)


def _hand_over(begin: Begin, mail: WantedMail, *, passport: str, now: datetime, adapters: Adapters) -> int:
    try:
        adapters.notifications.send_sign_in_mail(request_id=mail.request_id, sealed=mail.sealed, passport=passport)
    except Unavailable:
        log.info("sign_in_mail.delayed", request=mail.request_id, attempts=mail.attempts)
        with scope.platform(), begin() as session:
            mails.put_back(session, mail=mail, now=now)
        return 0
    except Refusal as refusal:
        log.error("sign_in_mail.refused", request=mail.request_id, code=refusal.code)
        with scope.platform(), begin() as session:
            mails.give_up(session, request_id=mail.request_id)
        return 0
    with scope.platform(), begin() as session:
        mails.handed_over(session, request_id=mail.request_id)
    return 1


def prune_sign_ins(begin: Begin, *, now: datetime, adapters: Adapters) -> int:
    """Forget old requests, tries and sessions, a batch of each at a time."""
    with scope.platform(), begin() as session:
        return (
            pruning.wipe_sealed(session, now=now)
            + pruning.forget_requests(session, now=now)
            + pruning.forget_attempts(session, now=now)
            + pruning.forget_sessions(session, now=now)
        )


JOBS: Final[tuple[Job, ...]] = (
    Job("send_sign_in_mails", timedelta(seconds=0.1), send_sign_in_mails, leased=False),
    Job("prune_sign_ins", timedelta(minutes=5), prune_sign_ins),
)
