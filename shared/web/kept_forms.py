"""A form that was sent after the session had ended: what was typed waits for its sender, who finds it filled in again.

Without scripts nothing else would keep it. It waits in a cookie of the same browser, sealed, for a quarter of an hour,
and is shown once, to the same customers alone, in the form it was typed into. Nothing is sent by itself.
What is no text of a person's is never kept: tokens, codes, whatever looks like a card number.
"""

import base64
import hmac
import json
import re
import zlib
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Response, request

from shared import sealing
from shared.sealing import SealBroken
from shared.web import cookies, csrf, form_filling, frames, places
from shared.web.context import caller_or_none, wiring

SECONDS: Final = 15 * 60
LONGEST: Final = 3_800  # characters of the cookie, which browsers take up to 4096 bytes of with its name
MOST_TYPED: Final = 20_000  # characters of all values; what a small cookie unpacks to
SECRETS: Final = frozenset(
    {csrf.FIELD, "code", "token", "password", "secret", "number", "card_number", "cardnumber", "cvc"}
    | {"expiry", "stripe.secret_key", "stripe.webhook_secret"}
)
"""Fields that are never kept, nor carried along by a page of ours."""

_FRESH: Final = frozenset({"confirmation", "revision"})
"""What the page itself says anew: of what it showed before, somebody was sure who may see something else now."""

_SUBJECT: Final = "_typed"  # no portal's slug begins so
_CARD: Final = re.compile(r"(?:\d[ -]?){13,19}")


def keep(answer: Response, *, page: str) -> Response:
    """The answer leads to the sign-in; on `page`, afterwards, is the form that the present request sent.

    What doesn't fit is not kept, nor what was typed into a page that nobody was signed in to.
    """
    owner, key = csrf.opened_by(), _key()
    typed = [(name, value) for name, value in request.form.items(multi=True) if name not in SECRETS | _FRESH]
    is_plain = not any(_CARD.search(value) for _, value in typed)
    if request.method != "POST" or frames.is_framed() or not (owner and key and typed and is_plain):
        return answer
    packed = zlib.compress(json.dumps(typed, ensure_ascii=False).encode("utf-8", "replace"), 9)
    kept = {
        "page": urlsplit(page).path,
        "path": request.path,
        "owner": owner,
        "typed": base64.b85encode(packed).decode(),
    }
    sealed = sealing.seal(key, kept)
    if len(sealed) <= LONGEST and sum(len(value) for _, value in typed) <= MOST_TYPED:
        cookies.put(answer, wiring().settings.public_url, _SUBJECT, sealed, max_age=SECONDS)
    return answer


def bring_back(answer: Response, *, said: Callable[[], str]) -> Response:
    """The page with its form filled, and `said` above, if that form waits for whoever is signed in."""
    kept = _kept()
    is_page = answer.status_code == 200 and answer.mimetype == "text/html" and not answer.is_streamed
    if kept is None or not is_page or kept["page"] != request.path or "HX-Request" in request.headers:
        return answer
    who = caller_or_none()
    if who is None or who.kind != "customer" or not who.customers:
        return answer
    if hmac.compare_digest(csrf.owner().encode(), kept["owner"].encode()):
        sent_to = (kept["path"], places.outside(kept["path"]))
        page = form_filling.fill(answer.get_data(as_text=True), sent_to=sent_to, typed=_typed(kept), said=said())
        if page is None:
            return answer  # the form may be there again before it is forgotten
        answer.set_data(page)
    cookies.drop(answer, wiring().settings.public_url, _SUBJECT)
    return answer


def _kept() -> Mapping[str, Any] | None:
    """What this browser brought, if this service sealed it, and not long ago."""
    sealed = request.cookies.get(cookies.name(wiring().settings.public_url, _SUBJECT))
    if not sealed or request.method != "GET" or (key := _key()) is None:
        return None
    try:
        return sealing.unseal(key, sealed, max_age=SECONDS)
    except SealBroken:
        return None


def _typed(kept: Mapping[str, Any]) -> list[tuple[str, str]]:
    pairs = json.loads(zlib.decompress(base64.b85decode(kept["typed"])))
    return [(str(name), str(value)) for name, value in pairs]


def _key() -> str | None:
    """None for a service without a secret of its own: none of its pages is a customer's."""
    secret = getattr(wiring().settings, "secret_key", None)
    if not secret:
        return None
    made = HKDF(hashes.SHA256(), 32, salt=None, info=b"bursar kept forms").derive(str(secret).encode())
    return base64.urlsafe_b64encode(made).decode()
