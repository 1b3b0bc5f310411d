"""Does a log line stay one line, and tell nothing of a person or a secret?"""

import json
import subprocess
import sys
from typing import Any

import pytest

from shared.logs import redact


def line(**facts: Any) -> dict[str, Any]:
    return dict(redact(None, "", {"event": "x", **facts}))


def test_addresses_are_masked_at_any_depth() -> None:
    masked = json.dumps(line(to="mira@tessaly.example", inner={"list": ["Write to mira@tessaly.example!"]}))

    assert "mira@" not in masked
    assert "tessaly.example" in masked


@pytest.mark.parametrize(
    "name", ["token", "api_key", "X-Passport", "cookie", "code", "secret_key", "password", "Authorization"]
)
def test_secrets_are_left_out_by_the_name_of_their_field(name: str) -> None:
    assert line(**{name: "hunter2"})[name] == "***"


@pytest.mark.parametrize(
    "secret", ["sk_live_01m80hvfbnfqh9zcw1wdvnfks3abcdef", "eyJhbGciOiJFZERTQSJ9.eyJhIjoxfQ.c2lnbmF0dXJl"]
)
def test_secrets_are_left_out_by_their_looks(secret: str) -> None:
    assert secret not in line(error=f"refused {secret} here")["error"]


def test_line_breaks_and_escapes_stay_inside_one_json_line() -> None:
    script = """
from shared.logs import configure, log
configure(service="tests", level="info")
log.info("request", path='/a\\r\\n{"event":"forged"}\\x1b[31m"')
"""

    written = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stderr

    assert written.count("\n") == 1
    assert json.loads(written)["service"] == "tests"
    assert json.loads(written)["path"].startswith("/a\r\n")
    assert "\x1b" not in written
