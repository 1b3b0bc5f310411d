"""Does the committed description of the API equal what the code says?"""

import json

import pytest

from shared.cli.openapi import STATIC, rendered
from shared.web.app import App


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
