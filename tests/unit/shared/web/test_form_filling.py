"""A page's form filled again: each kind of field, the right form of several, and nothing that could do more."""

import pytest

from shared.web.form_filling import fill

PAGE = """<!doctype html><html><body>
<div id="flash" role="status"></div>
<form method="get" action="/p/acme/send"><input name="subject" value="search"></form>
<form method="post" action="/p/acme/send?step=2">
  <input type="hidden" name="revision" value="2"><input type="file" name="paper">
  <input id="s" name="subject" value="old &amp; &quot;worn&quot;" required>
  <input type="radio" name="reason" value="price" checked><input type="radio" name="reason" value="other">
  <input type="checkbox" name="documents" value="invoice" checked><input type="checkbox" name="documents" value="note">
  <select name="country"><option value="AT" selected>Austria</option><option value="DE">Germany</option></select>
  <textarea name="message" rows="3">
old</textarea>
  <button name="do" value="go">Send</button>
</form>
<form method="post" action="/p/acme/other"><input name="subject" value="elsewhere"></form>
</body></html>"""


def filled(*typed: tuple[str, str], page: str = PAGE) -> str:
    found = fill(page, sent_to=("/p/acme/send",), typed=typed, said="Back & again")
    assert found is not None
    return found


def test_each_kind_of_field_has_what_was_typed_and_the_rest_is_as_it_was() -> None:
    page = filled(
        ("subject", "Reeds"), ("reason", "other"), ("documents", "note"), ("country", "DE"), ("message", "One\nTwo")
    )

    assert '<div id="flash" role="status"><p class="note" data-refilled>Back &amp; again</p></div>' in page
    assert '<input id="s" name="subject" value="Reeds" required>' in page
    assert 'value="price"><input type="radio" name="reason" value="other" checked>' in page
    assert 'value="invoice"><input type="checkbox" name="documents" value="note" checked>' in page
    assert '<option value="AT">Austria</option><option value="DE" selected>Germany</option>' in page
    assert '<textarea name="message" rows="3">\nOne\nTwo</textarea>' in page
    assert page.count('value="search"') == page.count('value="elsewhere"') == 1


def test_what_is_put_in_is_text_and_hidden_fields_stay() -> None:
    evil = '"><script>alert(1)</script></textarea>'
    page = filled(("subject", evil), ("message", evil), ("revision", "1"), ("paper", "x"))

    assert "<script>" not in page
    assert page.count("&#34;&gt;&lt;script&gt;") == 2
    assert '<input type="hidden" name="revision" value="2"><input type="file" name="paper">' in page


def test_what_was_not_typed_at_all_stays() -> None:
    page = filled(("subject", "Reeds"))

    assert 'value="price" checked>' in page
    assert '<option value="AT" selected>' in page
    assert '<textarea name="message" rows="3">\nold</textarea>' in page
    assert '<input type="checkbox" name="documents" value="invoice">' in page  # an empty box sends nothing


def test_of_several_forms_to_one_address_it_is_the_one_with_the_same_hidden_fields() -> None:
    two = "".join(
        f'<form method="post" action="/p/acme/send"><input type="hidden" name="customer" value="{each}">'
        f'<input name="email" value="{each}@old"></form>'
        for each in ("cus_1", "cus_2")
    )
    page = filled(("customer", "cus_2"), ("email", "new"), page=f'<p id="flash"></p>{two}')

    assert 'value="cus_1@old"' in page
    assert 'name="customer" value="cus_2"><input name="email" value="new">' in page


@pytest.mark.parametrize(
    "page", ["<p id=flash></p>", PAGE.replace('id="flash"', ""), PAGE.replace("/p/acme/send", "/")]
)
def test_a_page_without_the_form_is_left_alone(page: str) -> None:
    assert fill(page, sent_to=("/p/acme/send",), typed=[("subject", "Reeds")], said="Back") is None
