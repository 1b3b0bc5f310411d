"""DECIDES is this a tax id of this country, by its form and its check digits, without asking anybody.

Spaces, dots, dashes and small letters do not matter, nor does leaving out the country's own prefix. Businesses of the
European Union may give the VAT number of any member state, those of Great Britain one of Northern Ireland. A country
that is not in the table takes any text: refusing a good number is worse than keeping an odd one. A number that is kept
says only that its form is right (`unverified`), until the register itself has confirmed it (`verified`).

Worked example: for Germany `de 136 695 976` is kept as `DE136695976`; `DE136695977` is refused, naming the form.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import Any, Final

EU: Final = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())
_SPACES: Final = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_EU_EXAMPLES: Final[Mapping[str, str]] = {
    "AT": "ATU13585627", "BE": "BE0403019261", "BG": "BG175074752", "CY": "CY10259033P", "CZ": "CZ25123891",
    "DE": "DE136695976", "DK": "DK13585628", "EE": "EE100931558", "ES": "ESB58378431", "FI": "FI20774740",
    "FR": "FR40303265045", "GR": "EL094259216", "HR": "HR33392005961", "HU": "HU12892312", "IE": "IE6433435F",
    "IT": "IT00743110157", "LT": "LT119511515", "LU": "LU15027442", "LV": "LV40003521600", "MT": "MT11679112",
    "NL": "NL004495445B01", "PL": "PL8567346215", "PT": "PT501964843", "RO": "RO18547290", "SE": "SE123456789701",
    "SI": "SI50223054", "SK": "SK2022749619",
}  # fmt: skip


@dataclass(frozen=True)
class _Kind:
    """How a country's number looks, and who checks it: modules of python-stdnum, or a pattern where it has none."""

    example: str
    modules: tuple[str, ...] = ()
    pattern: str | None = None
    prefix: str = ""


_OTHERS: Final[Mapping[str, _Kind]] = {
    "AD": _Kind("U-132950-X", ("ad.nrt",)),
    "AE": _Kind("100123456700003", pattern=r"1\d{14}"),
    "AL": _Kind("J91402501L", ("al.nipt",)),
    "AR": _Kind("20-05536168-2", ("ar.cuit",)),
    "AU": _Kind("83 914 571 673", ("au.abn",)),
    "AZ": _Kind("1401555071", ("az.voen",)),
    "BR": _Kind("16.727.230/0001-97", ("br.cnpj", "br.cpf")),
    "BY": _Kind("200988541", ("by.unp",)),
    "CA": _Kind("123026635RT0001", ("ca.bn",)),
    "CH": _Kind("CHE-107.787.577 MWST", ("ch.vat", "ch.uid")),
    "CL": _Kind("76.086.428-5", ("cl.rut",)),
    "CN": _Kind("91110000600037341L", ("cn.uscc",)),
    "CO": _Kind("213.123.432-1", ("co.nit",)),
    "CR": _Kind("3-101-999999", ("cr.cpj", "cr.cpf")),
    "DO": _Kind("1-01-85004-3", ("do.rnc", "do.cedula")),
    "DZ": _Kind("416001000000007", ("dz.nif",)),
    "EC": _Kind("1792060346001", ("ec.ruc",)),
    "EG": _Kind("100-531-385", ("eg.tn",)),
    "GB": _Kind("GB980780684", ("gb.vat",), prefix="GB"),
    "GH": _Kind("C0000803561", ("gh.tin",)),
    "GT": _Kind("576937-K", ("gt.nit",)),
    "ID": _Kind("01.312.166.0-091.000", ("id.npwp",)),
    "IL": _Kind("516179157", ("il.hp", "il.idnr")),
    "IN": _Kind("27AAPFU0939F1ZV", ("in_.gstin", "in_.pan")),
    "IS": _Kind("00621", ("is_.vsk", "is_.kennitala")),
    "JP": _Kind("T5835678256246", ("jp.cn",), prefix="T"),
    "KE": _Kind("P051365947M", ("ke.pin",)),
    "KR": _Kind("116-82-00276", ("kr.brn",)),
    "MA": _Kind("001561191000066", ("ma.ice",)),
    "MC": _Kind("FR53000004605", ("mc.tva",)),
    "ME": _Kind("02655284", ("me.pib",)),
    "MK": _Kind("4030000375897", ("mk.edb",)),
    "MX": _Kind("VACE 460910 SX6", ("mx.rfc",)),
    "MZ": _Kind("400 339 910", ("mz.nuit",)),
    "NO": _Kind("NO 995 525 828 MVA", ("no.mva", "no.orgnr")),
    "NZ": _Kind("49-091-850", ("nz.ird",)),
    "PE": _Kind("20512333797", ("pe.ruc",)),
    "PY": _Kind("80028061-0", ("py.ruc",)),
    "RS": _Kind("101134702", ("rs.pib",)),
    "RU": _Kind("1234567894", ("ru.inn",)),
    "SA": _Kind("300123456700003", pattern=r"3\d{13}3"),
    "SG": _Kind("197401143C", ("sg.uen",), pattern=r"M[0-9A-Z]-?\d{7}-?[0-9A-Z]"),
    "SV": _Kind("0614-050707-104-8", ("sv.nit",)),
    "TH": _Kind("0-10-5-536-11201-4", ("th.moa", "th.pin")),
    "TN": _Kind("1234567/M/A/E/001", ("tn.mf",)),
    "TR": _Kind("4540536920", ("tr.vkn", "tr.tckimlik")),
    "TW": _Kind("00501503", ("tw.ubn",)),
    "US": _Kind("91-1144442", ("us.ein",)),
    "UY": _Kind("21-100342-001-7", ("uy.rut",)),
    "VE": _Kind("V114702834", ("ve.rif",)),
    "VN": _Kind("0100233488", ("vn.mst",)),
    "ZA": _Kind("4123456783", pattern=r"4\d{9}"),
}
_WRITTEN_IN_ONE: Final = ("stdnum.gb.vat", "stdnum.jp.cn")


class Standing(StrEnum):
    """What is known of a number that is kept."""

    UNVERIFIED = "unverified"  # its form is right; nobody has confirmed that it is given out
    VERIFIED = "verified"


def example(country: str | None) -> str | None:
    """What a number of this country looks like; None where any text is taken."""
    kind = _OTHERS.get(country or "")
    return _EU_EXAMPLES.get(country or "") if kind is None else kind.example


def decide(number: str, *, country: str | None) -> str | None:
    """The number as it is kept; None when it is none of this country's."""
    typed = _SPACES.sub(" ", number.strip()).upper()
    if country in EU:
        return _union(typed, country)
    kind = _OTHERS.get(country or "")
    if kind is None:
        return number
    if country == "GB" and typed.startswith("XI"):
        return _union(typed, "XI")
    bare = typed.removeprefix(kind.prefix).strip() if kind.prefix else typed
    for name in kind.modules:
        module = import_module(f"stdnum.{name}")
        if module.is_valid(bare):
            return kind.prefix + _written(module, bare)
    if kind.pattern is not None and re.fullmatch(kind.pattern, typed.replace(" ", "")):
        return typed.replace(" ", "")
    return None


def is_known(number: str, *, country: str | None) -> bool:
    """Whether the number is surely one of this country: a country of the table, and its form."""
    return example(country) is not None and decide(number, country=country) is not None


def in_register(number: str | None) -> tuple[str, str] | None:
    """Member state and digits, as the Union's register (VIES) takes them; None for a number that is not in it."""
    found = None if number is None else re.fullmatch(r"([A-Z]{2})([0-9A-Z+*]{2,12})", number)
    if found is None or found[1] not in (*(EU - {"GR"}), "EL", "XI"):
        return None
    return found[1], found[2]


def _union(typed: str, country: str) -> str | None:
    """Of the country, with or without its prefix, else of any member state with its own."""
    prefix = "EL" if country == "GR" else country
    for candidate in (typed, f"{prefix}{typed}"):
        module = import_module("stdnum.gb.vat" if candidate.startswith("XI") else "stdnum.eu.vat")
        if candidate[:2] == "XI":
            if module.is_valid(candidate[2:]):
                return "XI" + str(module.compact(candidate[2:]))
        elif candidate[:2].isalpha() and module.is_valid(candidate):
            compact = str(module.compact(candidate))
            return "EL" + compact[2:] if compact.startswith("GR") else compact
    return None


def _written(module: Any, number: str) -> str:
    compact = str(module.compact(number))
    is_spaced = hasattr(module, "format") and module.__name__ not in _WRITTEN_IN_ONE
    return str(module.format(compact)) if is_spaced else compact
