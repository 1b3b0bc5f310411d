"""IN-11: what a customer or vendor types is printed literally or refused; it never becomes markup."""

import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from services.invoices.adapters import sheet
from services.invoices.adapters.typst import TEMPLATES, CannotTypeset, Typesetter
from services.invoices.queries import invoices as queries
from services.invoices.rules.finalization import LONGEST_TEXT, NotIssuable
from shared.database import Database
from tests.integration.invoices.builders import PROFILE, a_buyer, a_line, a_payment, a_seller, issued, selling

ATTACKS = [
    '#read("/etc/passwd")',
    '#import "@preview/x:0.1.0"',
    '#image("../x")',
    "#while true {}",
    '#eval("1 + 1")',
    "#sys.inputs.data",
    "*bold* _it_ `raw` $x^2$ <label> @ref = Head",
    "\\u{41} \\ // comment /* none */",
    '"; #panic("x") //',
    "[#lorem(10)] #{1 + 1}",
]


def words_of(pdf: bytes) -> str:
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def sheet_of(database: Database, vendor: str, payment) -> dict:
    (invoice_id,) = issued(database, vendor, payment)
    with selling(database, vendor) as session:
        return sheet.compose(queries.invoice(session, invoice_id=invoice_id).final, language="en", is_test=True)


@pytest.mark.parametrize("attack", ATTACKS)
def test_markup_in_any_text_is_printed_as_it_was_typed(database: Database, typesetter: Typesetter, attack: str) -> None:
    vendor = a_seller(database, display_name=attack, profile=PROFILE | {"legal_name": attack, "website": attack})
    payment = a_payment(
        a_line(description=attack),
        buyer=a_buyer(company=attack, display_name=attack, address=[attack, attack], tax_id=attack),
        method=attack,
    )

    said = words_of(typesetter.pdf(sheet_of(database, vendor, payment)))

    assert said.count("".join(attack.split())) >= 8


def test_a_million_lines_in_a_name_are_refused(database: Database, vendor: str) -> None:
    for payment in (
        a_payment(buyer=a_buyer(company="x\n" * 1_000_000)),
        a_payment(a_line(description="x\n" * 1_000_000)),
        a_payment(buyer=a_buyer(address=["x"] * 11)),
        a_payment(*[a_line()] * 501),
    ):
        with pytest.raises(NotIssuable):
            issued(database, vendor, payment)


def test_the_longest_texts_are_still_printed_in_their_columns(
    database: Database, vendor: str, typesetter: Typesetter
) -> None:
    longest = "W" * LONGEST_TEXT
    payment = a_payment(*[a_line(description=longest)] * 3, buyer=a_buyer(company=longest, address=[longest]))

    pdf = typesetter.pdf(sheet_of(database, vendor, payment))

    assert words_of(pdf).count("W") >= 5 * LONGEST_TEXT


def test_what_cannot_be_seen_is_not_printed() -> None:
    assert sheet.foreign("Evil\u202e gnp\u2066.exe\x1b[31m\r\nline\u200b")["text"] == "Evil gnp.exe[31m line"


def test_a_document_that_takes_too_much_memory_is_given_up_and_the_next_is_made(
    database: Database, vendor: str
) -> None:
    small = Typesetter(megabytes=60)
    huge = sheet_of(database, vendor, a_payment(*[a_line(description="word " * 100)] * 400))
    plain = sheet_of(database, vendor, a_payment())
    assert small.pdf(plain).startswith(b"%PDF")

    with pytest.raises(CannotTypeset):
        small.pdf(huge)

    assert small.pdf(plain).startswith(b"%PDF")
    small.close()


def test_a_sheet_past_its_cap_is_not_even_tried(typesetter: Typesetter) -> None:
    with pytest.raises(CannotTypeset):
        typesetter.pdf({"data": "x" * 1_000_001})


def test_a_template_cannot_reach_beyond_its_folder_nor_import_packages(tmp_path: Path) -> None:
    """Not that ours would: the folder is the typesetter's whole world."""
    import typst

    for source in ('#read("/etc/passwd")', '#read("../../models/base.py")', '#import "@preview/tablex:0.0.8": *'):
        compiler = typst.Compiler(
            source.encode(), root=TEMPLATES, package_path=tmp_path / "none", package_cache_path=tmp_path / "none"
        )
        with pytest.raises(typst.TypstError):
            compiler.compile(format="pdf")


def test_the_folder_holds_templates_and_fonts_alone() -> None:
    kinds = {path.suffix for path in TEMPLATES.rglob("*") if path.is_file()}

    assert kinds <= {".typ", ".html", ".ttf", ".otf", ".txt", ".md"}
