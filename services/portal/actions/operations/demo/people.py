"""PEOPLE: who buys at Heliodor and at Nocturna, each named with the story that is lived for them (`stories.py`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True, kw_only=True)
class Person:
    """A customer of the demo. `details` are what `details.decide` takes; `story` is a key of STORIES."""

    story: str
    email: str
    name: str
    details: Mapping[str, Any] = field(default_factory=dict)


def _person(story: str, email: str, name: str, where: str = "", **more: Any) -> Person:
    """`where`: country, postal code, city, street and, where it has one, the province; with `|` between them."""
    details = dict(more)
    if where:
        country, code, city, street, *state = where.split("|")
        fields = {"line1": street, "city": city, "postal_code": code, "state": state[0] if state else None}
        details |= {"country": country, "postal_address": fields}
    return Person(story=story, email=email, name=name, details=details)


_HELIODOR: Final = (
    _person("loyal", "clara@morgentau.example", "Clara Brandt", "DE|10435|Berlin|Kastanienallee 41",
            company="Morgentau GmbH", tax_id="DE136695976", phone="+49 30 5550123"),
    _person("trial", "tom@halden.example", "Tom Halden", "DE|80331|München|Sendlinger Straße 8", locale="de"),
    _person("past_due", "mira@halden.example", "Mira Halden", "DE|50667|Köln|Breite Straße 12",
            company="Atelier Halden", phone="+49 221 5550177", locale="en"),
    _person("bank", "luc@belair.example", "Luc Belair", "FR|75011|Paris|18 rue Oberkampf", locale="fr"),
    _person("paused", "sofia@lindgren.example", "Sofia Lindgren", "SE|11122|Stockholm|Vasagatan 5", locale="sv"),
    _person("leaving", "felix@auerbach.example", "Felix Auerbach", "AT|1010|Wien|Wollzeile 9", locale="de"),
    _person("ended", "nina@petrova.example", "Nina Petrova", "BG|1000|Sofia|Vitosha Blvd 22", locale="bg"),
    _person("asking", "emma@visser.example", "Emma Visser", "NL|1012 AB|Amsterdam|Damrak 30", locale="nl"),
    _person("refunded", "paul@dvorak.example", "Pavel Dvořák", "CZ|110 00|Praha|Dlouhá 14", locale="cs"),
    _person("refund_wanted", "ines@marques.example", "Inês Marques", "PT|1100-148|Lisboa|Rua Augusta 77", locale="pt"),
    _person("coupon", "ola@nowak.example", "Ola Nowak", "PL|00-001|Warszawa|Nowy Świat 3", locale="pl"),
    _person("several", "rania@haddad.example", "رانيا حداد", company="استوديو الياسمين", locale="ar"),
    _person("team", "greta@sonnenhof.example", "Greta Sommer", "CH|8001|Zürich|Bahnhofstrasse 60",
            company="Sonnenhof AG", locale="de"),
    _person("expiring", "jonas@keller.example", "Jonas Keller", "DE|20095|Hamburg|Mönckebergstraße 7", locale="de"),
    _person("downgrade", "anna@rossi.example", "Anna Rossi", "IT|20121|Milano|Via Brera 2|MI", locale="it"),
    _person("recovered", "david@cohen.example", "דוד כהן", locale="he"),
)  # fmt: skip
_NOCTURNA: Final = (
    _person("loyal", "ada@quietbyte.example", "Ada Moreau", "FR|69001|Lyon|5 rue du Griffon", company="Quiet Byte SAS"),
    _person("trial", "ben@coldframe.example", "Ben Ashford", "GB|EC1A 1BB|London|9 Aldersgate Street"),
    _person("past_due", "nora@driftlab.example", "Nora Quinn", "IE|D02 X285|Dublin|14 Fade Street",
            company="Driftlab Ltd.", locale="en"),
    _person("bank", "marco@lanterna.example", "Marco Ferri", "IT|00184|Roma|Via Cavour 101|RM", locale="it"),
    _person("paused", "yuki@hoshizora.example", "星空 由紀", company="ほしぞら", locale="ja"),
    _person("leaving", "iris@fjeld.example", "Iris Fjeld", "NO|0150|Oslo|Dronningens gate 15", locale="nb"),
    _person("ended", "carlos@vega.example", "Carlos Vega", "ES|28013|Madrid|Calle Mayor 10|M", locale="es"),
    _person("asking", "leyla@demir.example", "Leyla Demir", "TR|34433|İstanbul|İstiklal Cd. 44", locale="tr"),
    _person("refunded", "otto@varga.example", "Ottó Varga", "HU|1051|Budapest|Zrínyi utca 6", locale="hu"),
    _person("refund_wanted", "mei@linwei.example", "林薇", company="夜航科技", locale="zh-CN"),
    _person("coupon", "kai@nyberg.example", "Kai Nyberg", "FI|00100|Helsinki|Mannerheimintie 4", locale="fi"),
    _person("several", "lena@orbital.example", "Lena Fischer", "DE|70173|Stuttgart|Königstraße 28",
            company="Orbital GmbH", tax_id="DE136695976"),
    _person("team", "sam@northwind.example", "Sam Whitlock", "GB|M1 1AE|Manchester|3 Piccadilly",
            company="Northwind Ltd."),
    _person("expiring", "eleni@kyma.example", "Ελένη Κύμα", "GR|105 57|Αθήνα|Ερμού 18", locale="el"),
    _person("downgrade", "mads@holm.example", "Mads Holm", "DK|1150|København|Købmagergade 9", locale="da"),
    _person("recovered", "radu@ionescu.example", "Radu Ionescu", "RO|010061|București|Calea Victoriei 25"),
)  # fmt: skip

PEOPLE: Final[Mapping[str, tuple[Person, ...]]] = {"heliodor": _HELIODOR, "nocturna": _NOCTURNA}
"""By the vendor's address."""
