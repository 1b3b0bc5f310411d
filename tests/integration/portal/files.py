"""Files to bring in, good and bad."""

import io
from typing import Any

from werkzeug.test import TestResponse

from services.portal.actions.operations import imports
from services.portal.queries.imports import ImportView
from services.portal.rules.operations.import_row import Kind
from shared import clock
from shared.database import scope
from tests.integration.portal.shop import Shop

HEADER = "customer_id,email,date,description,quantity,amount,currency"
GOOD = "c-1,ada@example.com,2020-01-31,Discs,2,29.33,usd"
BAD_ROWS: dict[str, tuple[bytes, list[tuple[str, str]]]] = {
    "currency": (b"c,a@example.com,2020-01-01,X,1,1.00,usx", [("currency", "unknown_currency")]),
    "negative": (b"c,a@example.com,2020-01-01,X,1,-1.00,usd", [("amount", "negative_amount")]),
    "no number": (b"c,a@example.com,2020-01-01,X,1,1e3,usd", [("amount", "bad_amount")]),
    "comma": (b'c,a@example.com,2020-01-01,X,1,"1,00",usd', [("amount", "bad_amount")]),
    "too precise": (b"c,a@example.com,2020-01-01,X,1,1.001,usd", [("amount", "too_precise")]),
    "yen with decimals": (b"c,a@example.com,2020-01-01,X,1,1.5,jpy", [("amount", "too_precise")]),
    "too large": (b"c,a@example.com,2020-01-01,X,1,99999999999999,usd", [("amount", "amount_too_large")]),
    "date": (b"c,a@example.com,2020-02-30,X,1,1.00,usd", [("date", "bad_date")]),
    "American date": (b"c,a@example.com,01/02/2020,X,1,1.00,usd", [("date", "bad_date")]),
    "future": (b"c,a@example.com,2999-01-01,X,1,1.00,usd", [("date", "date_in_future")]),
    "e-mail": (b"c,nobody,2020-01-01,X,1,1.00,usd", [("email", "bad_email")]),
    "no e-mail": (b"c,,2020-01-01,X,1,1.00,usd", [("email", "required")]),
    "quantity": (b"c,a@example.com,2020-01-01,X,0,1.00,usd", [("quantity", "bad_quantity")]),
    "half a quantity": (b"c,a@example.com,2020-01-01,X,1.5,1.00,usd", [("quantity", "bad_quantity")]),
    "missing cell": (b"c,a@example.com,2020-01-01,X,1,1.00", [("", "wrong_column_count")]),
    "encoding": (b"c,a@example.com,2020-01-01,\xff\xfe,1,1.00,usd", [("", "wrong_encoding")]),
    "NUL": (b"c,a@example.com,2020-01-01,X\x00,1,1.00,usd", [("", "nul_character")]),
    "5 MB": (b"c,a@example.com,2020-01-01," + b"x" * 5_000_000 + b",1,1.00,usd", [("", "line_too_long")]),
    "open quote": (b'c,a@example.com,2020-01-01,"X,1,1.00,usd', [("", "bad_quotes")]),
    "quote in the middle": (b'c,a@example.com,2020-01-01,"X"y,1,1.00,usd', [("", "bad_quotes")]),
    "all of it": (
        b"c,nobody,soon,,x,y,z",
        [
            ("amount", "bad_amount"),
            ("currency", "unknown_currency"),
            ("date", "bad_date"),
            ("description", "required"),
            ("email", "bad_email"),
            ("quantity", "bad_quantity"),
        ],
    ),
}


def bring_in(shop: Shop, content: bytes | str, *, kind: Kind = Kind.PAYMENTS, **more: Any) -> ImportView:
    raw = content.encode() if isinstance(content, str) else content
    with scope.system(vendor=shop.vendor, mode=shop.mode, job="operator"):
        return imports.run(
            shop.database.begin, kind=kind, file=io.BytesIO(raw), file_name="file.csv", now=clock.now(), **more
        )


def upload(shop: Shop, content: bytes, **form: str) -> TestResponse:
    data = {"kind": "payments", **form, "file": (io.BytesIO(content), "../../sales.csv")}
    return shop.ask("POST", "/v1/imports", data=data, content_type="multipart/form-data")
