"""The console's files of portals: downloaded, looked at, kept as a draft; each fault by line and field."""

import io
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage

from tests.integration.portal_pages.console import Staff
from tests.integration.portal_pages.test_console_portals import API, at, stored


def downloaded(staff: Staff, portal: str) -> str:
    answer = staff.get(at(portal, "/file"))
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{stored(staff, portal)["slug"]}.yaml"'
    return answer.text


def upload(content: bytes) -> FileStorage:
    return FileStorage(io.BytesIO(content), filename="portal.yaml")


def sent(staff: Staff, portal: str, do: str, **form: Any) -> Any:
    return staff.post(at(portal, "/import"), {"do": do, **form})


def test_a_file_is_looked_at_then_kept_as_the_draft_then_published(staff: Staff, portal: str) -> None:
    file = downloaded(staff, portal).replace("display_name: Larkfield", "display_name: Larkfield & Sons")
    assert "Import from YAML" in staff.get(at(portal, "/versions")).text
    assert staff.get(at(portal, "/import")).status_code == 200

    looked = sent(staff, portal, "look", file=upload(file.encode()))

    assert looked.status_code == 200, looked.text
    assert "1 field would differ" in looked.text
    assert "display_name: Larkfield &amp; Sons" in looked.text  # to be kept, or mended, without choosing it again
    assert staff.shop.get(f"{API}/{portal}/draft")["changed_at"] is None
    kept = sent(staff, portal, "keep", text=file.replace("\n", "\r\n"))
    assert (kept.status_code, kept.headers["Location"]) == (303, at(portal, "/install"))
    assert "1 field differs" in staff.get(at(portal, "/install")).text
    staff.post(at(portal, "/publish"))
    assert stored(staff, portal)["display_name"] == "Larkfield & Sons"


def test_what_a_portal_says_already_changes_nothing(staff: Staff, portal: str) -> None:
    looked = sent(staff, portal, "look", text=downloaded(staff, portal))

    assert "Nothing would change" in looked.text
    assert "Keep as the draft" not in looked.text


@pytest.mark.parametrize("do", ["look", "keep"])
def test_each_fault_is_told_by_its_line_and_nothing_is_kept(staff: Staff, portal: str, do: str) -> None:
    file = "format: bursar/portal/1\nlinks:\n  terms: javascript:alert(1)\nscope:\n  campaigns:\n    - Nobody\n"

    unknown = sent(staff, portal, do, text=file)
    wrong = sent(staff, portal, do, text=file.replace("Nobody", "[]").replace("    - ", "    "))
    unreadable = sent(staff, portal, do, text="format: bursar/portal/1\nlinks: [")
    no_text = sent(staff, portal, do, file=upload(b"format: x\nname: \xff"))

    assert [answer.status_code for answer in (unknown, wrong, unreadable, no_text)] == [422] * 4
    assert "Line 6" in unknown.text
    assert "<bdi>scope.campaigns.0</bdi>" in unknown.text
    assert "Line 3" in wrong.text
    assert "<bdi>links.terms</bdi>" in wrong.text
    assert "Line 2 can" in unreadable.text, unreadable.text[unreadable.text.find("faults") :][:400]
    assert "Line 2 can" in no_text.text
    assert "javascript:alert(1)" in wrong.text  # the text is still there
    assert staff.shop.get(f"{API}/{portal}/draft")["changed_at"] is None


def test_each_fault_is_told_in_the_language_of_who_reads_it(staff: Staff, portal: str) -> None:
    file = (
        "format: bursar/portal/1\nname: 5\nfeatures:\n  subscription_cancel:\n    enabled: maybe\n"
        "scope: all\ndisplay_name:\n"
    )

    german = staff.post(at(portal, "/import"), {"do": "look", "text": file}, **{"Accept-Language": "de"})
    english = sent(staff, portal, "look", text=file)

    assert (german.status_code, english.status_code) == (422, 422)
    assert "Zeile 2" in german.text
    assert "Hier gehört ein Text hin." in german.text
    assert "Hier gehört true" in german.text
    assert "Hier gehören" in german.text
    assert "darf nicht null sein." in german.text
    assert "Not a valid" not in german.text + english.text
    assert "Write true or false here" in english.text
