"""Mails that the platform itself sends: they are no vendor's, so they stand in the mailbox alone."""

import re

from tests.support.polling import until
from tests.support.stack import Stack
from tests.support.vendors import code_in


def platform_code(stack: Stack, email: str, *, after: int = 0) -> str:
    """The code of the newest mail that the platform sent there: it is no vendor's, so it stands in the mailbox."""
    found: list[str] = []

    def arrived() -> bool:
        listing = stack.request("GET", "/mailbox").text
        texts = [stack.request("GET", path).text for path in re.findall(r'href="(/mailbox/msg_\w+)"', listing)]
        mails = [text for text in texts if email in text and "Sign in to Bursar" in text]
        found[:] = [code_in({"text": re.sub(r"<[^>]+>", " ", mails[0])})] if len(mails) > after else []
        return bool(found)

    until(arrived, seconds=30, what="the platform's mail arrives")
    return found[0]
