"""How a webhook looks on the wire, and that the other side gets no more time, space or reach than it should."""

import base64
import gzip
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from services.notifications.adapters import webhooks
from services.notifications.adapters.webhooks import CREW, EACH, LARGEST, SHOWN, Answer, Crew, Webhooks
from services.notifications.rules.targets import Reach, Target
from services.notifications.rules.webhooks import Fault
from tests.support.peers import Peer, dripping, peer

NOW = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
SECRET, OLDER = webhooks.new_secret(), webhooks.new_secret()
BODY = '{"type":"order.paid","name":"Zoë"}'
REACH = Reach(ports={443}, localhost=True, own="billing.example")
OK = b"HTTP/1.1 200 OK\r\n"


def here(other: Peer) -> Target:
    return Target(host="localhost", port=other.port, path="/x?y=1", is_local=True)


def sender() -> Webhooks:
    return Webhooks(key="", reach=REACH, resolve=lambda *_: ["127.0.0.1"])


def post(other: Peer) -> Answer:
    return sender().post(here(other), BODY.encode(), {"webhook-id": "msg_1"})


def verified(headers: dict[str, str], body: str, secret: str = SECRET) -> bool:
    try:
        Webhook(secret).verify(body.encode(), headers, json_parse=False)
    except WebhookVerificationError:
        return False
    return True


@pytest.mark.feature("M13")
def test_the_reference_library_verifies_and_a_changed_byte_fails() -> None:
    headers = webhooks.signed([SECRET], message="msg_1", body="{}", now=datetime.now(UTC))
    assert verified(headers, "{}")
    assert not verified(headers, "{}", OLDER)

    def changed(value: str) -> list[str]:
        return [value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :] for at in range(len(value))]

    for name in ("webhook-id", "webhook-timestamp"):
        assert not any(verified({**headers, name: each}, "{}") for each in changed(headers[name]))
    assert not any(verified(headers, each) for each in [*changed("{}"), "{} ", ""])


@given(st.text(), st.integers(-720, 720))
def test_any_body_at_any_hour_verifies(body: str, minutes: int) -> None:
    now = datetime.now(timezone(timedelta(minutes=minutes)))

    headers = webhooks.signed([SECRET], message="msg_1", body=body, now=now)

    assert headers["webhook-timestamp"] == str(int(now.timestamp()))
    assert verified(headers, body)


@pytest.mark.feature("M13")
def test_during_an_overlap_both_secrets_sign() -> None:
    headers = webhooks.signed([SECRET, OLDER], message="msg_1", body=BODY, now=datetime.now(UTC))

    assert len(set(headers["webhook-signature"].split(" "))) == 2
    assert verified(headers, BODY, SECRET)
    assert verified(headers, BODY, OLDER)


def test_a_secret_is_32_random_bytes() -> None:
    assert SECRET != OLDER
    assert SECRET.startswith("whsec_")
    assert len(base64.b64decode(SECRET.removeprefix("whsec_"), validate=True)) == 32


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("120", 120), (" 0 ", 0), ("9" * 5000, 10**6), ("Sun, 22 Nov 2026 14:31:00 GMT", 60)]
    + [("Sun, 22 Nov 2026 15:31:00 +0100", 60), ("Sun, 22 Nov 2026 14:31:00", 60), ("1 Jan 1970 00:00:00 GMT", 0)]
    + [(each, None) for each in ("", "-1", "1.5", "soon", "１２０", "1, 2", "99 Nov 2026 14:31:00 GMT", "0x10")],
)
def test_what_an_answer_may_ask_for(said: str, seconds: int | None) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)

    assert webhooks.retry_after_of(said, now=NOW) == expected


@given(st.text() | st.from_regex(r"[0-9]{1,3} Jan [0-9]{1,5} [0-9]{1,3}:[0-9]{1,3} [+-][0-9]{1,30}", fullmatch=True))
@example("1 Jan 2026 00:00:00 +99999999999999999999")
def test_whatever_is_asked_for_is_no_error(said: str) -> None:
    found = webhooks.retry_after_of(said, now=NOW)

    assert found is None or found >= timedelta(0)


@pytest.mark.feature("M13")
def test_what_is_signed_arrives_byte_for_byte_past_proxies_and_netrc(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("default login ada password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with (
        peer() as other,
        peer(OK + b"Set-Cookie: a=b\r\nRetry-After: 60\r\nContent-Length: 5\r\n\r\nha\0\xff!") as proxy,
    ):
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
            monkeypatch.setenv(name.lower(), f"http://127.0.0.1:{proxy.port}")
        headers = webhooks.signed([SECRET], message="msg_1", body=BODY, now=datetime.now(UTC))
        sending = sender()

        assert sending.post(here(other), BODY.encode(), headers).status == 204
        assert proxy.connections == 0
        answer, _ = (sending.post(here(proxy), BODY.encode(), headers) for _ in range(2))

    [heard] = other.heard
    told, body = heard.headers, heard.body
    assert heard.line == "POST /x?y=1 HTTP/1.1"
    own = {"Host": f"localhost:{other.port}", "Accept-Encoding": "identity", "Content-Length": str(len(body))}
    assert told == {**headers, **own}
    assert body == BODY.encode()
    assert verified(told, body.decode())
    assert (answer.status, answer.fault, answer.text) == (200, None, "ha��!")
    assert answer.retry_after == timedelta(minutes=1)
    assert set(proxy.heard[1].headers) == set(told)  # no cookie


@pytest.mark.feature("M13")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_is_not_followed(status: int) -> None:
    with peer() as elsewhere:
        where = f"Location: http://127.0.0.1:{elsewhere.port}/\r\nContent-Length: 0"
        with peer(f"HTTP/1.1 {status} Moved\r\n{where}\r\n\r\n".encode()) as other:
            answer = post(other)

    assert (answer.status, answer.fault) == (status, Fault.ANSWER)
    assert (len(other.heard), elsewhere.connections) == (1, 0)


@pytest.mark.parametrize("framing", [b"Content-Length: 99999999\r\n\r\n", b"Connection: close\r\n\r\n"])
def test_of_a_huge_answer_64_kilobytes_are_read_and_one_is_shown(framing: bytes) -> None:
    def huge(sock: socket.socket, over: threading.Event) -> None:
        sock.sendall(OK + framing + b"a" * LARGEST)
        over.wait(30)  # who waits for more gets none

    with peer(huge) as other:
        answer = post(other)

    assert (answer.status, answer.fault, answer.text) == (200, None, "a" * SHOWN)
    assert (LARGEST, SHOWN) == (65_536, 1_024)


def test_a_compressed_answer_is_not_expanded() -> None:
    bomb = gzip.compress(b"\0" * 10_000_000)
    with peer(OK + f"Content-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n".encode() + bomb) as other:
        answer = post(other)

    assert (answer.status, answer.fault) == (200, None)
    assert answer.text == bomb[:SHOWN].decode(errors="replace").replace("\0", "�")


DRIPS = [b"", OK, OK + b"X-Long: ", OK + b"Content-Length: 999\r\n\r\n", OK + b"Transfer-Encoding: chunked\r\n\r\n"]
DRIPS += [OK + b"Connection: close\r\n\r\n", b"HTTP/1.0 200 OK\r\n\r\n", OK + b"\r\n"]


@pytest.mark.feature("M13")
@pytest.mark.parametrize("start", DRIPS)
@pytest.mark.parametrize("seconds", [0.0, 0.2])
def test_an_endless_drip_is_cut(start: bytes, seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """With 0.0, looking up the name took all the time that there was."""
    monkeypatch.setattr(webhooks, "CUT", seconds)
    with peer(dripping(start)) as other:
        answer = post(other)
        assert (answer.status, answer.fault, other.finished) == (None, Fault.TIMEOUT, 0)


def test_silence_is_not_waited_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "PATIENCE", 0.1)
    with peer(lambda _, over: over.wait(30)) as other:
        assert post(other).fault is Fault.TIMEOUT


BROKEN = [
    b"",
    b"SSH-2.0-OpenSSH_9.6\r\n",
    b"HTTP/9.9 200 OK\r\n\r\n",
    b"HTTP/1.1 abc\r\n\r\n",
    OK + b"X: " + b"a" * 70_000,
]
BROKEN += [OK + b"X: 1\r\n" * 101 + b"\r\n", OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"]


@pytest.mark.parametrize("said", BROKEN, ids=range(len(BROKEN)))
def test_what_is_no_answer_is_told_as_a_broken_connection(said: bytes) -> None:
    with peer(said) as other:
        answer = post(other)

    assert (answer.status, answer.fault) == (None, Fault.CONNECTION)


class Held:
    """Work that goes on until it is let go, and says when it began."""

    def __init__(self) -> None:
        self.began, self.may_end = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self.began.set()
        self.may_end.wait(60)


@pytest.fixture
def held() -> Iterator[Held]:
    found = Held()
    yield found
    found.may_end.set()


def end(crew: Crew) -> None:
    while crew.free() < CREW:
        crew.wait(1)


@pytest.mark.feature("M13")
@pytest.mark.parametrize(("is_failing", "most"), [(False, 8), (True, 1)])
def test_an_endpoint_that_hangs_holds_so_many_hands_and_others_go_on(held: Held, is_failing: bool, most: int) -> None:
    crew, begun, other = Crew(), 0, threading.Event()
    while crew.room("slow", is_failing=is_failing) > 0:
        assert crew.full() == []
        crew.begin("slow", held, is_failing=is_failing)
        begun += 1

    assert (begun, crew.full(), crew.free()) == (most, ["slow"], CREW - most)
    assert crew.room("other", is_failing=False) == EACH
    crew.begin("other", other.set, is_failing=False)
    assert other.wait(60)

    held.may_end.set()
    end(crew)
    assert (crew.full(), crew.room("slow", is_failing=is_failing)) == ([], most)


def test_all_that_began_go_on_at_the_same_time() -> None:
    crew, together = Crew(), threading.Barrier(CREW + 1)

    def meet() -> None:
        together.wait(60)

    for number in range(CREW):
        crew.begin(str(number % 4), meet, is_failing=False)
    assert crew.free() == 0
    meet()
    end(crew)


def test_work_that_breaks_frees_its_place() -> None:
    crew = Crew()

    def broken() -> None:
        raise ValueError

    crew.begin("one", broken, is_failing=True)
    end(crew)
    assert crew.room("one", is_failing=True) == 1


def test_waiting_ends_as_one_ends(held: Held) -> None:
    crew, over = Crew(), threading.Event()
    assert not crew.wait(60)  # nothing is under way
    crew.begin("slow", held, is_failing=False)
    assert held.began.wait(60)
    assert not crew.wait(0.01)

    def others() -> None:
        while not over.is_set():
            done = threading.Event()
            crew.begin("quick", done.set, is_failing=False)
            done.wait(60)

    stream = threading.Thread(target=others)
    stream.start()
    assert crew.wait(60)
    over.set()
    stream.join()
    assert crew.full() == []
    assert not held.may_end.is_set()
