"""Pages that an embed's frame asks for: fetched by its script with a token in a header, shown inside the frame.

A script may not read where a redirect leads, so a framed caller is told in a header. The token is in no cookie, so a
new one is handed over in a header as well. Only the frame's own script sees either: both answers are same-origin.
"""

from typing import Final

from flask import Response

from shared.web.context import caller_or_none

SESSION: Final = "Bursar-Session"
"""On a request the frame's token, on an answer its successor."""

LOCATION: Final = "Bursar-Location"
WINDOW: Final = "Bursar-Window"
FOLLOW: Final = "Bursar-Follow"
_REDIRECTS: Final = (301, 302, 303, 307, 308)


def is_framed() -> bool:
    """Whether a frame's script asks, for somebody who is signed in there."""
    who = caller_or_none()
    return who is not None and who.framed


def hand_over(answer: Response, token: str) -> Response:
    """From here on the frame's session goes by `token`."""
    answer.headers[SESSION] = token
    return answer


def leads(answer: Response) -> Response:
    """A redirect as the frame's script can read it; any other answer as it is."""
    if answer.status_code in _REDIRECTS and "Location" in answer.headers and is_framed():
        answer.headers[LOCATION] = answer.headers.pop("Location")
        answer.status_code = 200
        answer.set_data(b"")
    return answer


def window(address: str, *, follow: str) -> Response:
    """The next step is at `address`, in a window of its own; the frame asks at `follow` what came of it."""
    answer = Response(status=200)
    answer.headers[WINDOW] = address
    answer.headers[FOLLOW] = follow
    return answer
