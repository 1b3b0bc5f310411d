"""What siblings ask of invoices. Never routed from outside."""

from typing import Any, Final, Literal, cast

from flask import Blueprint, Response, request

from services.invoices.actions import documents, receipts, statements
from services.invoices.adapters import Adapters
from services.invoices.queries.documents import Form, Paper
from services.invoices.settings import Settings
from shared import clock, mail_links
from shared.database import scope
from shared.events import Mode
from shared.mail_links import Purpose
from shared.web import adapters, begin, in_steps, internal, settings

blueprint: Final = Blueprint("siblings", __name__, url_prefix="/internal")


@blueprint.post("/documents")
@internal(open=True)
@in_steps
def hand_out() -> Response:
    """The PDF that the slip is for; 204 for a statement of nothing. The slip is the permission: sealed by a sibling,
    minutes ago.
    """
    slip = mail_links.read(settings(Settings).link_key, Purpose.DOCUMENT, request.form.get("slip", ""))
    with scope.system(vendor=slip["vendor"], mode=cast("Mode", slip["mode"]), job="mail"):
        content = _drawn(slip)
    return Response(status=204) if content is None else Response(content, mimetype="application/pdf")


def _drawn(slip: dict[str, Any]) -> bytes | None:
    typesetter, now = adapters(Adapters).typesetter, clock.now()
    match slip["kind"]:
        case "receipt":
            return receipts.of_invoice(begin(), invoice_id=slip["document"], typesetter=typesetter).content
        case "statement":
            return statements.of_period(
                begin(),
                customer=slip["customer"],
                written=slip["document"],
                locale=slip["locale"],
                typesetter=typesetter,
                now=now,
            )
    paper = Paper(cast("Literal['invoice', 'credit_note']", slip["kind"]), slip["document"])
    return documents.document(begin(), paper=paper, form=Form.PDF, typesetter=typesetter, now=now).content
