"""AK-02: a page that knows no more than a publishable key starts the vendor's widget with it."""

import pytest
import requests
from playwright.sync_api import expect

from tests.support.shop_page import framed
from tests.support.widgets import EMAIL, Guest, Widget

STARTING = """<div id="billing"></div>
<script>
  window.Bursar = window.Bursar || function () {{ (Bursar.q = Bursar.q || []).push(arguments) }};
  fetch("{base}/v1/widgets", {{ headers: {{ Authorization: "Bearer {key}" }} }})
    .then(function (answer) {{ return answer.json(); }})
    .then(function (told) {{
      var widget = told.data[0], loader = document.createElement("script");
      Bursar("init", {{ widget: widget.id, container: "#billing", email: "{email}", hash: "{hash}" }});
      loader.src = widget.script;
      document.body.append(loader);
    }});
</script>"""


@pytest.mark.feature("B01", "J10")
def test_a_page_starts_the_widget_with_its_publishable_key(widget: Widget, guest: Guest) -> None:
    widget.vendor.subscription(widget.vendor.customer(EMAIL))
    key = widget.vendor.post("/v1/api_keys", {"name": "Our page", "kind": "pk"})["secret"]
    page = guest()

    page.goto(widget.page.put(STARTING.format(base=widget.base, key=key, email=EMAIL, hash=widget.hash())))

    expect(framed(page).get_by_text("Team plan").first).to_be_visible()
    refused = requests.get(f"{widget.base}/v1/customers", headers={"Authorization": f"Bearer {key}"}, timeout=10)
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
