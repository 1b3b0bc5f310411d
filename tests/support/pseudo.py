"""A language for tests alone: English with accents, in brackets, and longer than any other needs it to be.

What is seen outside of brackets was not asked of a catalog; what does not fit in it, fits in no language.
"""

import re
from collections.abc import Mapping
from typing import Final

from shared.i18n import PLACE, Text

_ACCENTED: Final = str.maketrans("ACDEGHIJKLNORSTUWYZacdeghijklnorstuwyz", "ÅÇÐÉĜĤÎĴĶĻÑÖŔŠŢÛŴÝŽåçðéĝĥîĵķļñöŕšţûŵýž")
_BRACKETED: Final = re.compile(r"\[[^\[\]]*\]")
LONGER: Final = 0.4
"""How much a text grows, as the longest of the shipped languages do."""


def pseudo(texts: Mapping[str, Text]) -> dict[str, Text]:
    """A catalog in it."""
    return {
        key: {form: _changed(said) for form, said in text.items()} if isinstance(text, dict) else _changed(text)
        for key, text in texts.items()
    }


def outside(said: str) -> str:
    """What of a page's words no catalog said."""
    before = None
    while before != said:
        before, said = said, _BRACKETED.sub(" ", said)
    return said


def _changed(text: str) -> str:
    parts = PLACE.split(text)  # every second one is the name of a place
    accented = "".join(f"{{{part}}}" if number % 2 else part.translate(_ACCENTED) for number, part in enumerate(parts))
    more = " ".join(["ĺöñĝ"] * max(1, round(len(text) * LONGER / 5)))
    return f"[{accented} {more}]"
