"""The name servers that are asked for the records of vendors' own hosts: a real one, on this machine."""

from collections.abc import Iterator

import pytest

from services.portal.adapters import dns
from services.portal.adapters.dns import Dns
from shared.errors import Unavailable
from shared.settings import BadSettings
from tests.support.name_server import NameServer, a_name_server


@pytest.fixture(scope="module")
def names() -> Iterator[NameServer]:
    with a_name_server() as server:
        server.records |= {
            "_bursar.shop.example": ["v=spf1 -all", "bursar-verification=pcfg_1"],
            "_bursar.long.example": ["x" * 600],
            "_bursar.other.example": [],
        }
        server.aliases["_bursar.alias.example"] = "_bursar.shop.example"
        server.broken.add("_bursar.broken.example")
        server.silent.add("_bursar.silent.example")
        yield server


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("_bursar.shop.example", {"v=spf1 -all", "bursar-verification=pcfg_1"}),
        ("_bursar.alias.example", {"v=spf1 -all", "bursar-verification=pcfg_1"}),
        ("_bursar.long.example", {"x" * 600}),
        ("_bursar.other.example", set()),
        ("_bursar.nobody.example", set()),
    ],
)
def test_the_records_of_a_name_are_found_whole(names: NameServer, name: str, texts: set[str]) -> None:
    assert set(Dns(names.address).texts(name)) == texts


def test_a_failure_is_not_taken_for_no_record(names: NameServer) -> None:
    with pytest.raises(Unavailable):
        Dns(names.address).texts("_bursar.broken.example")


def test_silence_is_not_taken_for_no_record(names: NameServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns, "_PATIENCE", 0.3)
    with pytest.raises(Unavailable):
        Dns(names.address).texts("_bursar.silent.example")


def test_another_server_is_asked_where_one_is_gone(names: NameServer) -> None:
    assert Dns(f"127.0.0.2:{names.port}, {names.address}").texts("_bursar.long.example") == ("x" * 600,)


@pytest.mark.parametrize("servers", ["127.0.0.1:", "127.0.0.1:dns", "name.example:53", "name.example", "1.2.3"])
def test_a_server_that_is_no_address_is_said_at_once(servers: str) -> None:
    with pytest.raises(BadSettings):
        Dns(servers)
