"""E-invoices of EN 16931 by factur-x: as CII (Factur-X, ZUGFeRD) or UBL 2.1, alone or inside a PDF/A-3.

Its check against Schematron wants a server of its own, so that runs in the tests; the schema is checked here.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, Literal, cast

import facturx

from services.invoices.adapters.sheet import plain
from services.invoices.rules.e_invoice import EInvoice, Entry, Party
from shared.i18n import text
from shared.money import Money
from shared.totals import HUNDRED_PERCENT, TaxTotal

Syntax = Literal["factur-x", "ubl-2.1"]

_LEVEL: Final = "en16931"
_INVOICE: Final = "380"
_CREDIT_NOTE: Final = "381"
_PIECE: Final = "C62"  # UN/ECE recommendation 20: one
_E_MAIL: Final = "EM"  # of the list of kinds of electronic addresses
_REVERSE_CHARGE: Final = "VATEX-EU-AE"


def xml(said: EInvoice, *, syntax: Syntax, language: str) -> bytes:
    """The document, valid by its schema. `language` is that of the reasons for no tax."""
    write = cast("Callable[..., bytes]", facturx.generate_xml)
    return write(_terms(said, language), flavor=syntax, level=_LEVEL, check_xsd=True, check_schematron=False)


def embedded(pdf: bytes, cii: bytes, *, language: str) -> bytes:
    """A PDF/A-3 with the e-invoice inside, as Factur-X. `pdf` is a PDF/A-3 already."""
    put = cast("Callable[..., bytes]", facturx.generate_from_binary)
    return put(
        pdf,
        cii,
        flavor="factur-x",
        level=_LEVEL,
        check_xsd=False,  # it was, when it was written
        check_schematron=False,
        lang=language,
        afrelationship="alternative",
    )


def _terms(said: EInvoice, language: str) -> dict[str, Any]:
    """Business terms by their names in the standard, all but those of the lines."""
    amount = _amounts(said.totals.currency)
    total = said.totals.total
    terms: dict[str, Any] = {
        "BT-1": said.number,
        "BT-2": said.issued_on,
        "BT-3": _INVOICE if said.credits is None else _CREDIT_NOTE,
        "BT-5": said.totals.currency,
        "BT-72": said.supplied_on,  # without it factur-x writes an element that its own schema refuses
        "BG-4": _party(said.seller, is_seller=True),
        "BG-7": _party(said.buyer, is_seller=False),
        "BG-23": [_tax(said, each, language) for each in said.totals.taxes],
        "BG-25": [_line(each, number, said.totals.currency) for number, each in enumerate(said.entries, start=1)],
        "BT-106": amount(said.totals.net),
        "BT-109": amount(said.totals.net),
        "BT-110": amount(said.totals.tax),
        "BT-112": amount(total),
        "BT-113": amount(total if said.is_paid else 0),
        "BT-115": amount(0 if said.is_paid else total),
    }
    if said.po_number:
        terms |= {"BT-10": plain(said.po_number), "BT-13": plain(said.po_number)}
    if said.credits is not None:
        terms["BG-3"] = [{"BT-25": said.credits[0], "BT-26": said.credits[1]}]
    if not said.is_paid:
        terms["BT-9"] = said.issued_on
    return terms


def _amounts(currency: str) -> Callable[[int], str]:
    return lambda amount: f"{_decimal(amount, currency):f}"


def _decimal(amount: int, currency: str) -> Decimal:
    return Money(amount, currency).decimal


def _percent(basis_points: int) -> str:
    return f"{Decimal(basis_points) * 100 / HUNDRED_PERCENT:.2f}"


def _tax(said: EInvoice, tax: TaxTotal, language: str) -> dict[str, Any]:
    amount = _amounts(said.totals.currency)
    category = said.categories[tax.rate]
    terms = {
        "BT-116": amount(tax.net),
        "BT-117": amount(tax.tax),
        "BT-118": category,
        "BT-119": _percent(tax.rate),
    }
    if category == "AE":
        terms |= {"BT-120": text("invoices.document.reverse_charge", language), "BT-121": _REVERSE_CHARGE}
    elif category == "E":
        terms["BT-120"] = text("invoices.document.exempt", language)
    return terms


def _line(entry: Entry, number: int, currency: str) -> dict[str, Any]:
    terms: dict[str, Any] = {
        "BT-126": str(number),
        "BT-129": str(entry.quantity),
        "BT-130": _PIECE,
        "BT-131": _amounts(currency)(entry.net),
        "BT-146": _amounts(currency)(entry.price),
        "BT-149": str(entry.per),
        "BT-151": entry.category,
        "BT-152": _percent(entry.rate),
        "BT-153": plain(entry.name) or "–",
    }
    if entry.begins is not None and entry.ends is not None:
        terms |= {"BT-134": entry.begins, "BT-135": entry.ends}
    return terms


def _party(said: Party, *, is_seller: bool) -> dict[str, Any]:
    party: dict[str, Any] = {"name": plain(said.name), "country_code": said.country}
    for number, line in enumerate(said.address, start=1):
        party[f"addr_l{number}"] = plain(line)
    if said.trading_name:
        party["biz_name"] = plain(said.trading_name)
    if said.vat_id:
        party["vat_identifier"] = said.vat_id
    if said.tax_number:
        party["identifiers"] = {None: plain(said.tax_number)}
        if is_seller:
            party["tax_identifier"] = plain(said.tax_number)
    if said.email:
        party |= {"einvoicing_addr": plain(said.email), "einvoicing_addr_schemeid": _E_MAIL}
    return party
