"""READS and WRITES files of plain YAML: texts, whole numbers, true, false, null, lists and mappings, and nothing else.

Whoever wrote a file by hand is told in which line something is wrong, so each value's line is kept by its dotted path.
What makes YAML dangerous or surprising is refused or left out: anchors and aliases (a small file may stand for
gigabytes), tags, a name twice in one mapping, several documents, and words that only look like texts: `no` is the text
"no", a date is a text. A name is always a text, so that the language `no` is not false. JSON in plain
UTF-8 is read as well.

Worked example: `a: {b: no}` reads as `{"a": {"b": "no"}}`, with line 1 for `a.b`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from shared.errors import FieldError, Invalid

LONGEST: Final = 256 * 1024  # bytes
DEEPEST: Final = 50  # levels
_CONSTANTS: Final[Mapping[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_WHOLE: Final = re.compile(r"[-+]?(0|[1-9][0-9]{0,15})", re.ASCII)
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, where it was built with libyaml


@dataclass(frozen=True, kw_only=True)
class Document:
    """What a file says, and the line that each value begins in, by dotted path; lines count from 1."""

    value: Any
    lines: Mapping[str, int]

    def line(self, field: str) -> int | None:
        """Where a field stands, or what is around it; None for what is outside of all."""
        while field and field not in self.lines:
            field = field.rpartition(".")[0]
        return self.lines[field] if field else None


def read(text: str, *, field: str = "file") -> Document:
    """What the file says. Raises Invalid at `field`, naming the line."""
    if len(text.encode("utf-8", "replace")) > LONGEST:
        raise Invalid(FieldError.of(field, "too_large", most=LONGEST))
    reading = _Reading(field, last=text.count("\n") + 1)
    try:
        events = yaml.parse(text, Loader=_LOADER)
        value = reading.document(iter(events))
    except yaml.MarkedYAMLError as error:
        raise reading.refused("yaml_unreadable", error.problem_mark) from None
    except yaml.YAMLError:  # a character that no file of text holds
        raise reading.refused("yaml_unreadable", None) from None
    return Document(value=value, lines=reading.lines)


def write(value: Any) -> str:
    """A file that reads as `value`, which is of what `read` gives; names stay in their order."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False, width=110)


class _Reading:
    """One file being read, event by event."""

    def __init__(self, field: str, *, last: int) -> None:
        self.field = field
        self.last = last
        self.lines: dict[str, int] = {}

    def document(self, events: Iterator[yaml.Event]) -> Any:
        """The value of the only document there is; None of an empty file."""
        value, seen = None, 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                seen += 1
                if seen > 1:
                    raise self.refused("yaml_unreadable", event.start_mark)
                value = self._value(next(events), events, at="", depth=1)
        return value

    def refused(self, code: str, mark: Any, **params: object) -> Invalid:
        """At the line where it is; what lacks an end is past the last one."""
        return Invalid(FieldError.of(self.field, code, line=min(_line(mark), self.last), **params))

    def _value(self, event: yaml.Event, events: Iterator[yaml.Event], *, at: str, depth: int) -> Any:
        is_marked = getattr(event, "anchor", None) is not None or getattr(event, "tag", None) is not None
        if is_marked or isinstance(event, yaml.AliasEvent):
            raise self.refused("yaml_not_plain", event.start_mark)
        self.lines.setdefault(at, _line(event.start_mark))
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if depth > DEEPEST:
            raise Invalid(FieldError.of(self.field, "too_deep", deepest=DEEPEST))
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, at=at, depth=depth)
        return self._mapping(events, at=at, depth=depth)

    def _sequence(self, events: Iterator[yaml.Event], *, at: str, depth: int) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            found.append(self._value(event, events, at=_joined(at, str(len(found))), depth=depth + 1))
        return found

    def _mapping(self, events: Iterator[yaml.Event], *, at: str, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent) or event.tag is not None or event.anchor is not None:
                raise self.refused("yaml_not_plain", event.start_mark)
            if event.value in found:
                raise self.refused("yaml_twice", event.start_mark, name=event.value[:40])
            inner = _joined(at, event.value)
            self.lines[inner] = _line(event.start_mark)
            found[event.value] = self._value(next(events), events, at=inner, depth=depth + 1)
        return found


class _Dumper(yaml.SafeDumper):
    """Without references to what occurs twice, and with texts of several lines as such."""

    def ignore_aliases(self, _data: Any) -> bool:
        """Each value is written out, wherever it occurs."""
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def _scalar(event: yaml.ScalarEvent) -> str | int | bool | None:
    """Quoted and block texts are texts, whatever they look like."""
    text: str = event.value
    if event.style:
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    return int(text) if _WHOLE.fullmatch(text) else text


def _line(mark: Any) -> int:
    """Line 1 where nobody knows."""
    return 1 if mark is None else int(mark.line) + 1


def _joined(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name
