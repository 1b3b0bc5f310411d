"""What a rule or an action may raise: the kind says how it is answered, the code names it for ever.

No HTTP here; `shared.web.errors` maps kinds to status codes. A person reads the catalog's
`errors.<code>` in their own language, filled with `params`; a developer reads the same in English.
"""

from dataclasses import dataclass
from typing import ClassVar


class Refusal(Exception):
    """An expected refusal. Subclasses stand beside the rule that raises them, each with its own code."""

    code: ClassVar[str] = "refused"

    def __init__(self, **params: object) -> None:
        super().__init__(self.code)
        self.params = params


class NotFound(Refusal):
    """There is no such thing, or not for this caller: both answer alike."""

    code = "not_found"


class Unauthenticated(Refusal):
    """Nobody we know is asking."""

    code = "unauthenticated"


class Forbidden(Refusal):
    """The caller is known and may not do this."""

    code = "forbidden"


class StepUpRequired(Forbidden):
    """The caller must first prove, again or more surely, who they are."""

    code = "step_up_required"


class Conflict(Refusal):
    """The thing is in a state that forbids this."""

    code = "conflict"


class PreconditionFailed(Refusal):
    """The thing changed since the caller read it (`If-Match`)."""

    code = "precondition_failed"


class TooMany(Refusal):
    """Too often. `retry_after` is in seconds."""

    code = "too_many_requests"

    def __init__(self, *, retry_after: int, **params: object) -> None:
        super().__init__(retry_after=retry_after, **params)
        self.retry_after = retry_after


class Unavailable(Refusal):
    """A part we need does not answer just now; nothing was changed."""

    code = "unavailable"


@dataclass(frozen=True)
class FieldError:
    """One thing wrong with the input: dotted path of the field, stable code, values for its sentence."""

    field: str
    code: str
    params: tuple[tuple[str, object], ...] = ()

    @classmethod
    def of(cls, field: str, code: str, **params: object) -> "FieldError":
        return cls(field, code, tuple(sorted(params.items())))


class Invalid(Refusal):
    """The input is wrong; each `FieldError` names a field and has its sentence in `errors.field.<code>`."""

    code = "invalid_request"

    def __init__(self, *fields: FieldError, **params: object) -> None:
        super().__init__(**params)
        self.fields = fields


class PanDetected(Invalid):
    """There is a card number where none belongs; nothing of the request was kept."""

    code = "pan_detected"
