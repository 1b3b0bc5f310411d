"""Does the committed description of the API equal what the code says?"""

import json
import re
from typing import Final

import pytest

from shared.cli import gateway
from shared.cli.openapi import STATIC, rendered
from shared.web import problem_codes
from shared.web.app import App

ERRORS_CONF: Final = (gateway.SOURCES / "errors.conf").read_text()


@pytest.fixture(scope="module")
def exported(apps: dict[str, App]) -> dict[str, str]:
    return rendered({service: app.openapi() for service, app in apps.items()})


@pytest.mark.feature("J10")
@pytest.mark.parametrize("name", ["openapi.json", "index.html"])
def test_the_committed_file_is_what_the_code_says(exported: dict[str, str], name: str) -> None:
    assert (STATIC / name).read_text() == exported[name], "run `make docs`"


def test_every_operation_has_a_summary_a_tag_and_a_problem_document(exported: dict[str, str]) -> None:
    document = json.loads(exported["openapi.json"])

    poor = [
        f"{method} {path}"
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
        and not (operation.get("summary") and operation.get("tags") and "default" in operation["responses"])
    ]

    assert poor == []


@pytest.mark.feature("J10")
def test_every_problem_has_a_row_that_its_type_leads_to(exported: dict[str, str]) -> None:
    """The codes that services raise, those that the gateway writes itself; no anchor stands for two things."""
    anchors = re.findall(r' id="([^"]+)"', exported["index.html"])
    gateway = set(re.findall(r"^    \S+ ([a-z]+_[a-z_]+);$", ERRORS_CONF.split("$error_title")[0], re.MULTILINE))
    raised = set(json.loads(exported["openapi.json"])["x-problems"]["codes"])

    assert len(anchors) == len(set(anchors))
    assert {"host_unknown", "key_in_address", "headers_too_large"} <= gateway
    assert gateway - raised == set()
    assert raised <= set(anchors)
    assert all(detail in ERRORS_CONF for _, detail in problem_codes.OF_THE_GATEWAY.values())
    assert {"plan_unknown", "invalid_request", "unauthenticated", "internal_error"} <= raised


def test_every_request_body_refuses_unknown_fields(exported: dict[str, str]) -> None:
    document = json.loads(exported["openapi.json"])
    bodies = {
        content["schema"]["$ref"].rsplit("/", 1)[1]
        for item in document["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
        for kind, content in operation.get("requestBody", {}).get("content", {}).items()
        if kind == "application/json" and "$ref" in content["schema"]
    }

    lax = [name for name in bodies if document["components"]["schemas"][name].get("additionalProperties") is not False]

    assert lax == []
