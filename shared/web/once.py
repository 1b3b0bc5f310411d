"""Secrets that an answer shows once. They join it last, so what is kept for a replay never holds them."""

import json

from flask import Response, after_this_request


def show_once(**secrets: str) -> None:
    """Put these into the JSON object that answers this request."""

    def join(answer: Response) -> Response:
        answer.set_data(json.dumps(json.loads(answer.get_data()) | secrets))
        return answer

    after_this_request(join)
