"""A page's form, filled with what somebody typed into it before: what `forms.js` does in the browser, without scripts.

Only what a person enters is filled: texts, choices, ticks. Hidden fields and files stay as the page has them. The page
is one of our own templates', so it is well-formed; what is put in is escaped.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import accumulate
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from markupsafe import Markup, escape

Attributes: TypeAlias = dict[str, str | None]
Pairs: TypeAlias = Sequence[tuple[str, str]]

_NOT_TYPED: Final = ("hidden", "submit", "button", "image", "reset", "password", "file")
_TICKED: Final = ("radio", "checkbox")
FLASH: Final = "flash"
"""The id of the element in which a page says what just happened."""


@dataclass
class _Control:
    """An input, an option or a text area: from `start` to `end` of the page, and what its tag says."""

    kind: str  # `text`, `tick`, `option`, `area` or `hidden`
    name: str
    attributes: Attributes
    start: int
    end: int


@dataclass
class _Form:
    path: str
    controls: list[_Control] = field(default_factory=list)


def fill(page: str, *, sent_to: Collection[str], typed: Pairs, said: str) -> str | None:
    """The page with `typed` in the form for one of these paths, and `said` above; None where it has no such form."""
    reading = _Reading(page)
    forms = [form for form in reading.forms if form.path in sent_to]
    if not forms or reading.flash is None:
        return None
    form = max(forms, key=lambda each: _likeness(each, typed))  # the first one of those that are alike
    changes = [(reading.flash, reading.flash, Markup('<p class="note" data-refilled>{}</p>').format(said))]
    changes += _changes(form, typed)
    for start, end, text in sorted(changes, reverse=True):
        page = page[:start] + str(text) + page[end:]
    return page


def _likeness(form: _Form, typed: Pairs) -> int:
    """Several forms of a page may be sent to one address: their hidden fields and their names tell them apart."""
    names = {name for name, _ in typed}
    same = sum((each.name, each.attributes.get("value") or "") in typed for each in form.controls)
    return same + len(names & {each.name for each in form.controls})


def _changes(form: _Form, typed: Pairs) -> list[tuple[int, int, Markup]]:
    left: dict[str, list[str]] = {}
    for name, value in typed:
        left.setdefault(name, []).append(value)
    changes = []
    for each in form.controls:
        values = left.get(each.name)
        if each.kind == "tick" and (values is not None or each.attributes.get("type") == "checkbox"):
            is_on = (each.attributes.get("value") or "on") in (values or ())
            changes.append((each.start, each.end, _tag("input", _marked(each.attributes, "checked", is_on))))
        elif each.kind == "option" and values is not None:
            is_on = (each.attributes.get("value") or "") in values
            changes.append((each.start, each.end, _tag("option", _marked(each.attributes, "selected", is_on))))
        elif each.kind == "text" and values:
            changes.append((each.start, each.end, _tag("input", {**each.attributes, "value": values.pop(0)})))
        elif each.kind == "area" and values:
            changes.append((each.start, each.end, Markup("\n") + values.pop(0)))  # a first line break is not shown
    return changes


def _marked(attributes: Attributes, mark: str, is_on: bool) -> Attributes:
    rest = {name: value for name, value in attributes.items() if name != mark}
    return {**rest, mark: None} if is_on else rest


def _tag(name: str, attributes: Attributes) -> Markup:
    said = "".join(f" {each}" if value is None else f' {each}="{escape(value)}"' for each, value in attributes.items())
    return Markup(f"<{name}{said}>")  # noqa: S704 - each value is escaped, each name is of our own template


class _Reading(HTMLParser):
    """Finds the forms of a page, and where its flash is."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[_Form] = []
        self.flash: int | None = None
        self._form: _Form | None = None
        self._select = ""
        self._area: _Control | None = None
        self._lines = [0, *accumulate(len(line) + 1 for line in page.split("\n"))]
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """What a form is made of."""
        attributes, start = dict(attrs), self._at()
        end = start + len(self.get_starttag_text() or "")
        if attributes.get("id") == FLASH:
            self.flash = end
        if tag == "form":
            is_sent = (attributes.get("method") or "").lower() == "post"
            self._form = _Form(urlsplit(attributes.get("action") or "").path) if is_sent else None
            if self._form is not None:
                self.forms.append(self._form)
        elif tag == "select":
            self._select = attributes.get("name") or ""
        elif self._form is not None and tag in _FOUND:
            _FOUND[tag](self, attributes, start, end)

    def handle_endtag(self, tag: str) -> None:
        """Where a form, a list of choices or a text ends."""
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea" and self._area is not None:
            self._area.end = self._at()
            self._area = None

    def input(self, attributes: Attributes, start: int, end: int) -> None:
        """Something to write in or to tick; a hidden one is looked at alone."""
        kind = (attributes.get("type") or "text").lower()
        known = "hidden" if kind in _NOT_TYPED else "tick" if kind in _TICKED else "text"
        self._found(_Control(known, attributes.get("name") or "", attributes, start, end))

    def option(self, attributes: Attributes, start: int, end: int) -> None:
        """One of several choices."""
        self._found(_Control("option", self._select, attributes, start, end))

    def textarea(self, attributes: Attributes, _start: int, end: int) -> None:
        """Its text is what is changed: it reaches to the tag that ends it."""
        self._area = _Control("area", attributes.get("name") or "", attributes, end, end)
        self._found(self._area)

    def _found(self, control: _Control) -> None:
        if self._form is not None and control.name:
            self._form.controls.append(control)

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


_FOUND: Final[dict[str, Callable[[_Reading, Attributes, int, int], None]]] = {
    "input": _Reading.input,
    "option": _Reading.option,
    "textarea": _Reading.textarea,
}
