"""What somebody was let do who came in by a weak way, told by portal."""

from dataclasses import dataclass

from shared.events.base import Event


@dataclass(frozen=True, kw_only=True)
class DirectActionTaken(Event):
    """`action` was done to `object` by somebody who proved little: their `way_in` is one that the vendor lets act.

    The customer is told at the address on file. `portal` is the slug, `action` a word of the policy.
    """

    name = "direct_action.taken"
    version = 1

    customer: str
    action: str
    object: str
    way_in: str
    portal: str
    locale: str | None
