"""A process that is asked to pay and is killed on the way, as `python -m tests.integration.portal.dying`.

Environment: `DATABASE_URL`, `VENDOR`, `PAYMENT`, `KEY`, and `CRASH_AT`, one of `POINTS`.
"""

import os
from typing import Any, Final

from services.portal.actions.payments import bills, collect, pay
from services.portal.adapters.sandbox import Sandbox
from shared.database import Database
from shared.web import idempotency
from tests.integration.portal.shop import Shop, application
from tests.support import crashes

POINTS: Final = ("before the insert", "inserted", "committed", "called", "settled", "answering", "answered")


def main() -> None:
    """Pay, and print the status if that was survived."""
    crashes.arm_own(os.environ["CRASH_AT"])
    _around(pay, "pay", before="before the insert")
    _around(bills, "try_again", after="inserted")
    _around(collect, "carry_out", before="committed", after="settled")
    _around(Sandbox, "charge", after="called")
    _around(idempotency, "_kept", before="answering")
    database = Database(os.environ["DATABASE_URL"])
    shop = Shop(application(database), database, os.environ["VENDOR"], "", "test")
    answer = shop.ask(
        "POST",
        f"/v1/payments/{os.environ['PAYMENT']}/pay",
        json={},
        headers={"Idempotency-Key": os.environ["KEY"]},
    )
    crashes.reach("answered")
    print(answer.status_code)


def _around(holder: Any, name: str, *, before: str = "", after: str = "") -> None:
    inner = getattr(holder, name)

    def outer(*args: Any, **kwargs: Any) -> Any:
        crashes.reach(before)
        result = inner(*args, **kwargs)
        crashes.reach(after)
        return result

    setattr(holder, name, outer)


if __name__ == "__main__":
    main()
