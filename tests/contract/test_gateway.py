"""The gateway's files among themselves, and with what they speak of: services, settings, catalogs, compose."""

import os
import re
from collections.abc import Iterator
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.cli import embedded, gateway, gateway_words, settings
from shared.cli.embedded import SERVICES
from tests.support.everything import installed_nginx

ROOT = Path(__file__).parents[2]
PUBLIC = {"= /readyz", "= /-/identity", "~ ^/embed/[^/]+/", "~ ^/embed/[^/]+$", "~ ^/integrations/stripe/[^/]+$"}
ROUTED = ("/v1/", "/p/", "/billing", "/console", "/embed/", "/mailbox", "/sandbox/", "/integrations/")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The embedded settings, for as long as this module's tests import the services' applications."""
    before = dict(os.environ)
    os.environ["BURSAR_HOME"] = str(tmp_path_factory.mktemp("bursar"))
    os.environ.pop("DATABASE_URL", None)
    embedded.prepare()
    yield
    os.environ.clear()
    os.environ.update(before)


def locations(*files: str) -> dict[str, str]:
    """What the route files match, to what stands in the block."""
    text = "\n".join((gateway.SOURCES / file).read_text() for file in files or ("routes.conf", "everywhere.conf"))
    found: dict[str, str] = {}
    for opening in re.finditer(r"^location (.+?) \{", text, re.MULTILINE):
        depth, end = 1, opening.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        found[opening[1]] = text[opening.end() : end - 1]
    return found


def service_of(path: str) -> str | None:
    """The service that a path is proxied to, by nginx's rules: exact, `^~` prefix, first expression."""
    blocks = locations()
    if f"= {path}" in blocks:
        return _upstream(blocks[f"= {path}"])
    if any(match.startswith("^~ ") and path.startswith(match[3:]) for match in blocks):
        return None
    for match, body in blocks.items():
        if match.startswith("~ ") and re.search(match[2:], path):
            return _upstream(body)
    return None


def _upstream(body: str) -> str | None:
    found = re.search(r"set \$service ([a-z]+);|proxy_pass http://([a-z]+)", body)
    return found[1] or found[2] if found else None


def rules_of(service: str) -> list[str]:
    """A sample path for each rule of a service's application."""
    app = import_module(f"services.{service}.wsgi").app
    return [re.sub(r"<[^>]+>", "x1", rule.rule) for rule in app.url_map.iter_rules()]


@pytest.mark.parametrize("nginx", installed_nginx(), ids=lambda path: ".".join(map(str, gateway.version_of(path))))
def test_nginx_accepts_the_configuration(nginx: Path, tmp_path: Path) -> None:
    folder = tmp_path / "with a space"
    folder.mkdir()

    config = gateway.write(
        folder,
        gateway.GatewaySettings(),
        listen="127.0.0.1:18080",
        public_url="https://billing.example",
        ports=dict.fromkeys(SERVICES, 18081),
        access_log=folder / "access.log",
    )

    gateway.check(nginx, config)


def test_both_an_old_and_a_new_nginx_are_tried() -> None:
    versions = {gateway.version_of(path) for path in installed_nginx()}

    assert any(version >= (1, 31) for version in versions)


def test_every_proxied_location_asks_who_it_is_or_is_public() -> None:
    open_doors = [
        match
        for match, body in locations().items()
        if _upstream(body) and "include proxy.conf;" not in body and match not in PUBLIC
    ]

    assert open_doors == []


def test_at_a_vendors_own_host_every_location_asks_who_it_is() -> None:
    for file in ("proxy.conf", "own_proxy.conf"):
        assert "include ask.conf;" in (gateway.SOURCES / file).read_text()
    assert {match: "include own_proxy.conf;" in body for match, body in locations("own_hosts.conf").items()} == {
        "/": True,
        "@again": True,
    }


@pytest.mark.parametrize("service", ["auth", "portal"])
def test_a_page_at_a_vendors_own_host_is_the_same_services_as_elsewhere(environment: None, service: str) -> None:
    """routes.conf decides by location, nginx.conf for own hosts by the path that auth answers."""
    said = re.search(r'\$inside_service \{.*?"~(.+?)" auth;', (gateway.SOURCES / "nginx.conf").read_text(), re.DOTALL)
    assert said is not None
    pages = [path for path in rules_of(service) if path.startswith("/p/")]

    wrong = [path for path in pages if ("auth" if re.search(said[1], path) else "portal") != service]

    assert pages
    assert wrong == []


def test_every_service_that_a_location_names_is_in_both_lists() -> None:
    named = {service for body in locations().values() if (service := _upstream(body))}

    for way in ("local", "compose"):
        listed = re.findall(
            r"^upstream ([a-z]+) ", (gateway.SOURCES / f"upstreams.{way}.conf").read_text(), re.MULTILINE
        )
        assert set(listed) == named == set(SERVICES)


def test_what_fails_while_auth_is_asked_is_never_answered_by_a_service() -> None:
    """SE-13: in a subrequest, too, `error_page` would lead to a second try, and its 200 would let the caller in."""
    assert "error_page 599 " in locations()["= /-/identity"]
    assert "error_page" not in (gateway.SOURCES / "identity.conf").read_text()


def test_no_location_sets_a_header_of_its_own() -> None:
    setting = [match for match, body in locations().items() if "proxy_set_header" in body or "add_header" in body]

    assert setting == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_of_a_service_reaches_it(environment: None, service: str) -> None:
    public = [path for path in rules_of(service) if path.startswith(ROUTED)]

    lost = {path: service_of(path) for path in public if service_of(path) != service}

    assert lost == {}


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_not_public_is_reached_from_nowhere(environment: None, service: str) -> None:
    inner = [path for path in rules_of(service) if not path.startswith((*ROUTED, "/static"))]

    routed = [path for path in inner if path != "/readyz" and service_of(path) is not None]

    assert inner
    assert routed == []


def test_the_image_has_the_defaults_of_the_settings_class() -> None:
    dockerfile = (ROOT / "gateway/Dockerfile").read_text()
    said = dict(re.findall(r"(GATEWAY_[A-Z_]+)=(\S*)", dockerfile))

    differing = {
        field.name: said.get(f"GATEWAY_{field.name.upper()}")
        for field in fields(gateway.GatewaySettings)
        if said.get(f"GATEWAY_{field.name.upper()}") != str(field.default)
    }

    assert differing == {}


def test_every_place_to_fill_is_filled_by_the_image_too() -> None:
    names = {
        name
        for path in gateway.SOURCES.glob("*.conf")
        if path.name != "upstreams.local.conf"
        for name in re.findall(r"\$\{(GATEWAY_[A-Z_]+)\}", path.read_text())
    }

    image = (ROOT / "gateway/Dockerfile").read_text() + (ROOT / "gateway/public_host.envsh").read_text()
    assert names <= set(re.findall(r"GATEWAY_[A-Z_]+(?==)", image))


def test_the_example_environment_is_what_the_settings_classes_say() -> None:
    said = settings.example_of({service: settings.settings_class(service) for service in SERVICES})

    assert (ROOT / ".env.example").read_text() == said, "run `make env`"


def test_the_words_of_error_pages_are_those_of_the_catalogs() -> None:
    said = (gateway.SOURCES / "error_words.conf").read_text()

    assert said == gateway_words.written(), "run `make docs`"


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


@pytest.mark.parametrize("service", SERVICES)
def test_compose_gives_a_service_every_setting_and_no_other_secret(service: str) -> None:
    known = {field.name.upper() for field in fields(settings.settings_class(service))}

    for part in (service, f"{service}-worker", f"{service}-migrate"):
        assert set(compose()["services"][part]["environment"]) == known


def test_compose_lets_the_operator_set_every_limit_and_has_the_same_defaults() -> None:
    expected = {
        f"GATEWAY_{field.name.upper()}": f"${{GATEWAY_{field.name.upper()}:-{field.default}}}"
        for field in fields(gateway.GatewaySettings)
    }

    assert expected.items() <= compose()["services"]["gateway"]["environment"].items()


def test_compose_publishes_the_gateway_alone_and_fixes_nothing_that_scales() -> None:
    services = compose()["services"]

    assert {name for name, service in services.items() if "ports" in service} == {"gateway", "maildev"}
    assert services["maildev"]["ports"][0].startswith("127.0.0.1:")
    assert [name for name, service in services.items() if "container_name" in service] == []


def test_every_part_of_compose_that_stays_has_a_health_check_and_time_to_stop() -> None:
    services = compose()["services"]
    lasting = {name: each for name, each in services.items() if each["restart"] != "no"}
    of_their_image = {"gateway", "maildev"}  # the images bring a health check

    assert [name for name, each in lasting.items() if "healthcheck" not in each and name not in of_their_image] == []
    assert {each.get("stop_grace_period") for name, each in lasting.items() if name.split("-")[0] in SERVICES} == {
        "30s"
    }
