"""Each service is stopped in turn: what others know still shows, what can't be done is said, and nothing is lost."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_portal_journey import SIZES, looks_right
from tests.e2e.test_run import processes_of
from tests.support.browser import Visit
from tests.support.polling import until
from tests.support.stack import Stack, a_stack
from tests.support.states import Shop, open_shop
from tests.support.vendors import register

CANCEL, KEEP = re.compile("^Cancel subscription"), re.compile("^(Undo|Keep)")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop on a system of its own, which stops for nobody else; what watches over its processes is asleep."""
    with a_stack(tmp_path_factory.mktemp("stopped")) as stack:
        shop = open_shop(register(stack))
        stack.process.send_signal(signal.SIGSTOP)
        yield shop
        stack.process.send_signal(signal.SIGCONT)
    for left in processes_of(stack):  # those that were started anew have nobody who ends them
        os.kill(left, signal.SIGKILL)


@dataclass(frozen=True)
class _Program:
    """How a process was started."""

    command: list[str]
    environment: dict[str, str]
    folder: str


@contextmanager
def stopped(stack: Stack, service: str) -> Iterator[None]:
    """Within the block neither the service's web process nor its worker runs; afterwards both do again."""
    known = {pid: line for pid, line in processes_of(stack).items() if f"services.{service}." in line}
    parents = {pid: _parent(pid) for pid in known}
    programs = [_program(pid) for pid in known if parents[pid] not in known]
    for pid in known:
        os.kill(pid, signal.SIGKILL)
    until(lambda: not _running(stack, service), seconds=20, what=f"{service} is gone")
    try:
        yield
    finally:
        for each in programs:
            subprocess.Popen(each.command, env=each.environment, cwd=each.folder)
        until(lambda: stack.request("GET", "/readyz").status_code == 200, seconds=60, what="all are ready")


def _running(stack: Stack, service: str) -> list[str]:
    return [line for line in processes_of(stack).values() if f"services.{service}." in line]


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[1])


def _program(pid: int) -> _Program:
    at = Path(f"/proc/{pid}")
    pairs = [each.split("=", 1) for each in (at / "environ").read_text().split("\0") if "=" in each]
    command = [each for each in (at / "cmdline").read_text().split("\0") if each]
    return _Program(command=command, environment=dict(pairs), folder=str((at / "cwd").readlink()))


def entered(shop: Shop, page: Page, name: str) -> str:
    """A customer with a subscription, signed in; the customer's id."""
    customer = shop.customer(name)
    shop.subscribe(customer)
    shop.enter(page, customer)
    expect(page.get_by_role("link", name=CANCEL)).to_be_visible()
    return customer


@pytest.mark.feature("L09")
@SIZES
@pytest.mark.parametrize("service", ["notifications", "invoices"])
def test_j38_what_stands_behind_is_stopped_and_the_page_is_complete(
    shop: Shop, visit: Visit, service: str, phone: bool
) -> None:
    stack, page, name = shop.vendor.stack, visit(phone=phone), f"{service}-{phone}".lower()
    customer = entered(shop, page, name)

    with stopped(stack, service):
        page.goto(shop.home)
        expect(page.get_by_text("Team").first).to_be_visible()
        looks_right(page)
        page.get_by_role("link", name=CANCEL).click()
        page.get_by_role("button", name=CANCEL).last.click()
        expect(page.get_by_text("Team is canceled")).to_be_visible()
        looks_right(page)
        paid = shop.vendor.payment({"id": customer})
        _the_gateway_says_so(page, stack, "/v1/messages" if service == "notifications" else "/v1/invoices", shop)

    address = f"{name}@tessaly.example"
    until(lambda: _mails(shop, "cancellation", address), seconds=60, what="the mail of the cancellation")
    until(lambda: _numbers(shop, paid["id"]), seconds=60, what="the invoice of what was paid meanwhile")
    assert len(_mails(shop, "cancellation", address)) == 1
    assert len(_numbers(shop, paid["id"])) == 1
    page.goto(shop.home)
    page.get_by_role("button", name=KEEP).click()
    expect(page.get_by_role("link", name=CANCEL)).to_be_visible()


@pytest.mark.feature("L09")
@SIZES
@pytest.mark.parametrize("service", ["portal", "auth"])
def test_j38_what_every_page_needs_is_stopped_and_a_page_says_so(
    shop: Shop, visit: Visit, service: str, phone: bool
) -> None:
    page = visit(phone=phone)
    entered(shop, page, f"{service}-{phone}".lower())

    with stopped(shop.vendor.stack, service):
        page.wait_for_timeout(1100)  # who asks is known for a second
        answer = page.goto(shop.home)
        assert answer is not None
        assert answer.status in (502, 503)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator("#request")).to_have_text(answer.headers["x-request-id"])
        looks_right(page)

    page.goto(shop.home)
    expect(page.get_by_role("link", name=CANCEL)).to_be_visible()
    looks_right(page)


def _the_gateway_says_so(page: Page, stack: Stack, path: str, shop: Shop) -> None:
    answer = stack.request("GET", path, key=shop.vendor.test_key)
    assert answer.status_code in (502, 503)
    assert answer.json()["code"]


def _mails(shop: Shop, kind: str, to: str) -> list[str]:
    sent = [each for each in shop.vendor.all_of("/v1/messages") if each["kind"] == kind and each["to"] == to]
    return [each["id"] for each in sent if each["state"] == "sent"]


def _numbers(shop: Shop, payment: str) -> list[str]:
    return [each["number"] for each in shop.vendor.all_of("/v1/invoices") if each["payment"] == payment]
