"""`bursar openapi export`: one description of the whole API, as JSON and as the pages under /docs.

Each service describes what it owns; a client never learns of the split, so the four are merged.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import click
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

import shared
from shared.settings import load_version

STATIC: Final = Path(shared.__file__).parent / "ui" / "static" / "api"
METHODS: Final = ("get", "post", "patch", "put", "delete")


class Ambiguous(click.ClickException):
    """Two services describe one path, or one schema name, differently."""


def merge(documents: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """One OpenAPI 3.1 document out of each service's own. Raises Ambiguous."""
    merged: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "Bursar", "version": load_version(), "description": _DESCRIPTION},
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "tags": [],
        "paths": {},
        "components": {},
    }
    for service, document in documents.items():
        merged["tags"].extend(tag for tag in document.get("tags", []) if tag not in merged["tags"])
        _join(merged["paths"], document.get("paths", {}), what=f"path of {service}")
        for kind, parts in document.get("components", {}).items():
            _join(merged["components"].setdefault(kind, {}), parts, what=f"{kind} of {service}")
    merged["x-problems"] = _problems([document.get("x-problems", {}) for document in documents.values()])
    merged["paths"] = dict(sorted(merged["paths"].items()))
    merged["tags"].sort(key=lambda tag: tag["name"])
    merged["components"].setdefault("securitySchemes", {})["key"] = {"type": "http", "scheme": "bearer"}
    return merged


def _join(into: dict[str, Any], parts: Mapping[str, Any], *, what: str) -> None:
    for name, part in parts.items():
        if into.setdefault(name, part) != part:
            raise Ambiguous(f"{what}: {name} is described twice, differently")


def _problems(parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One table of codes; what several services say with another status has each of them."""
    codes: dict[str, Any] = {}
    for part in parts:
        for code, each in part.get("codes", {}).items():
            known = codes.get(code, {"statuses": []})
            codes[code] = {**each, "statuses": sorted({*known["statuses"], *each["statuses"]})}
    fields = {code: detail for part in parts for code, detail in part.get("fields", {}).items()}
    return {"codes": dict(sorted(codes.items())), "fields": dict(sorted(fields.items()))}


def resolve(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema itself, where it is a `$ref`."""
    while "$ref" in schema:
        part: Any = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            part = part[step]
        schema = part
    return schema


def operations(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every operation, flattened for the page: method, path, tag, parameters, body, answers."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                operation = item[method]
                body: dict[str, Any] = next(iter(operation.get("requestBody", {}).get("content", {}).values()), {})
                yield {
                    "method": method.upper(),
                    "path": path,
                    "anchor": f"{method}-{path}".replace("/", "-").replace("{", "").replace("}", ""),
                    "tag": next(iter(operation.get("tags", ["other"]))),
                    "summary": operation.get("summary", ""),
                    "description": operation.get("description", ""),
                    "parameters": [
                        resolve(document, each)
                        for each in (*item.get("parameters", ()), *operation.get("parameters", ()))
                    ],
                    "body": resolve(document, body["schema"]) if "schema" in body else None,
                    "answers": _answers(document, operation),
                }


def _answers(document: Mapping[str, Any], operation: Mapping[str, Any]) -> list[dict[str, Any]]:
    answers = []
    for status, answer in sorted(operation.get("responses", {}).items()):
        whole = resolve(document, answer)
        content: dict[str, Any] = next(iter(whole.get("content", {}).values()), {})
        schema = resolve(document, content["schema"]) if status < "300" and "schema" in content else None
        answers.append({"status": status, "description": whole.get("description", ""), "schema": schema})
    return answers


def page(document: Mapping[str, Any]) -> str:
    """The pages under /docs: one static file, no script."""
    environment = Environment(
        loader=PackageLoader("shared.ui"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    groups: dict[str, list[dict[str, Any]]] = {}
    for operation in operations(document):
        groups.setdefault(operation["tag"], []).append(operation)
    environment.filters["code"] = _code
    template = environment.get_template("ui/api.html")
    return template.render(
        document=document,
        groups=dict(sorted(groups.items())),
        follow=lambda schema: resolve(document, schema),
        problems=document["x-problems"],
    )


def _code(text: str) -> Markup:
    """What stands between backticks is code; the rest stays text."""
    parts = zip(text.split("`"), cycle((False, True)), strict=False)
    return Markup("").join(Markup("<code>{}</code>").format(part) if is_code else part for part, is_code in parts)


def rendered(documents: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """File name to content of everything that is exported."""
    merged = merge(documents)
    return {
        "openapi.json": json.dumps(merged, indent=1, ensure_ascii=False, sort_keys=True) + "\n",
        "index.html": page(merged).rstrip() + "\n",
    }


def described(services: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Each service's own document, asked from its web application."""
    return {service: import_module(f"services.{service}.wsgi").app.openapi() for service in services}


@click.group(name="openapi")
def group() -> None:
    """The description of the public API."""


@group.command()
@click.option("--into", type=click.Path(path_type=Path), default=STATIC, help="Folder to write to.")
def export(into: Path) -> None:
    """Write openapi.json and the pages under /docs."""
    from shared.cli import installed  # the root knows which services this image holds

    into.mkdir(parents=True, exist_ok=True)
    for name, content in rendered(described(installed())).items():
        (into / name).write_text(content)
        click.echo(f"wrote {into / name}")


_DESCRIPTION: Final = """Everything a vendor's backend may ask of Bursar. Send `Authorization: Bearer sk_test_…` or
`sk_live_…`; the key decides vendor and mode. Amounts are integers in minor units, times are ISO 8601 in UTC. Lists are
pages: `limit`, `starting_after`, `ending_before` give `{"data": […], "has_more": …}`. Errors are problem documents
(RFC 9457) with a stable `code`. Every POST that makes a thing honors `Idempotency-Key` for 24 hours. Updates honor
`If-Match`."""
