"""Asks the notifications service for sign-in mails."""

from shared.errors import Refusal
from shared.http import Client


class MailRefused(Refusal):
    """Notifications answered that it will not send this; asking again would not help. `status` is its answer's."""

    code = "mail_refused"


class Notifications:
    """A typed client. Its calls raise `errors.Unavailable` when notifications does not answer."""

    def __init__(self, base_url: str) -> None:
        self._client = Client(base_url, name="notifications")

    def send_sign_in_mail(self, *, request_id: str, sealed: str, passport: str) -> None:
        """Hand over one mail. Asked again with the same id, notifications sends it once. Raises MailRefused."""
        answer = self._client.post(
            "/internal/sign_in_mails", json={"id": request_id, "sealed": sealed}, passport=passport
        )
        if not answer.ok:
            raise MailRefused(status=answer.status_code)
