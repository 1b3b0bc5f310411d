"""What auth asks of its siblings, over a real socket, and what it tells the gateway of them."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import jwt
import pytest
from flask import Flask, Response, jsonify, request
from werkzeug.serving import make_server

from services.auth.actions.mails import WantedMail
from services.auth.adapters import Notifications, Passports, Siblings
from shared import clock
from shared.errors import Unavailable
from tests.integration.auth.house import House

NOWHERE = "http://127.0.0.1:9"


def wanted(id: str) -> WantedMail:  # noqa: A002 - named as the field is
    return WantedMail(id, "sign_in", "sealed", 1, "request")


@pytest.fixture
def sibling() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A service that is ready, takes mails and refuses the id `bad`; any with the id `worse` it does not look at."""
    app, seen = Flask("sibling"), []

    @app.get("/readyz")
    def readyz() -> str:
        return "up"

    @app.post("/internal/sealed_mails")
    def take() -> tuple[Response, int]:
        mails = (request.json or {})["mails"]
        seen.extend({**mail, "passport": request.headers["X-Passport"]} for mail in mails)
        ids = {mail["id"] for mail in mails}
        return jsonify(refused=sorted(ids & {"bad"})), 400 if "worse" in ids else 202

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}", seen
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_mail_is_handed_over_with_a_passport_of_auths_own(sibling: tuple[str, list[dict[str, str]]]) -> None:
    url, seen = sibling
    passports = Passports("11" * 32)

    Notifications(url).send_mails([wanted("sir_1")], passport=passports.issue_own(now=clock.now()))

    assert (seen[0]["id"], seen[0]["sealed"]) == ("sir_1", "sealed")
    said = jwt.decode(
        seen[0]["passport"], jwt.PyJWK(passports.public()["keys"][0]), algorithms=["EdDSA"], audience="bursar"
    )
    assert (said["kind"], said["sub"]) == ("service", "auth")


def test_a_refusal_and_silence_are_told_apart(sibling: tuple[str, list[dict[str, str]]]) -> None:
    assert Notifications(sibling[0]).send_mails([wanted("good"), wanted("bad")], passport="p") == {"bad"}
    for address, mail in ((NOWHERE, "good"), (sibling[0], "worse")):
        with pytest.raises(Unavailable):
            Notifications(address).send_mails([wanted(mail)], passport="p")


def test_readiness_says_up_or_down_of_each_and_nothing_more(
    house: House, sibling: tuple[str, list[dict[str, str]]]
) -> None:
    """GW-18: 200 only when all are ready."""
    wiring = house.app.extensions["bursar"]
    answers = []
    for portal in (NOWHERE, sibling[0]):
        urls = dict.fromkeys(("auth", "invoices", "notifications"), sibling[0])
        siblings = Siblings({**urls, "portal": portal})
        house.app.extensions["bursar"] = replace(wiring, adapters=replace(house.adapters, siblings=siblings))
        answers.append(house.app.test_client().get("/internal/readiness"))
    house.app.extensions["bursar"] = wiring

    down, up = answers
    assert (down.status_code, up.status_code) == (503, 200)
    assert down.json == {
        "status": "down",
        "services": {"auth": "up", "invoices": "up", "notifications": "up", "portal": "down"},
    }
    assert up.json["status"] == "up"


def test_the_public_keys_are_published_without_their_secrets(house: House) -> None:
    """SE-02."""
    (key,) = house.app.test_client().get("/internal/jwks").json["keys"]

    assert (key["kty"], key["crv"], key["alg"]) == ("OKP", "Ed25519", "EdDSA")
    assert "d" not in key
