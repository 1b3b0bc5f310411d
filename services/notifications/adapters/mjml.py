"""Mails laid out: MJML to HTML once a template and process, words from the catalogs, values escaped where they go.

A template is a pair. `<stem>.mjml` goes through MJML, which its `{{ … }}` survive, and is filled by Jinja with
autoescape on. `<stem>.txt` is plain text of equal worth, and its first line is the mail's subject. What vendors
and customers wrote is a value, never a template, and a value is one line without invisible characters, or a list
of such lines.
"""

import re
import textwrap
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from babel.dates import format_skeleton
from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound
from markupsafe import Markup, escape
from mjml import mjml2html

from services.notifications.rules.messages import MESSAGES, Kind
from shared import i18n
from shared.i18n.isolation import isolate
from shared.money import Money
from shared.ui.palette import DEFAULT_COLOR, palette

TEMPLATES: Final = Path(__file__).parent.parent / "templates" / "notifications"
TEXT_WIDTH: Final = 76
_QUOTED: Final = "> "
NO_OWN_TEXTS: Final[Mapping[str, str]] = MappingProxyType({})

_INCLUDE: Final = re.compile(r'<mj-include path="([a-z_]+\.mjml)" />')
_BEGIN, _END = "\ue000", "\ue001"  # private use: they stand for <strong> until the sentence is escaped
_INVISIBLE: Final = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")  # controls, direction overrides, private use, separators
_JOINERS: Final = "\u200c\u200d"  # invisible too, but Persian, Hindi and emoji are written with them


@dataclass(frozen=True, kw_only=True)
class Brand:
    """Whose mail it is, as the reader sees it. `color` is #rrggbb; anything else becomes the default."""

    name: str
    color: str | None = None
    logo_url: str | None = None
    support_url: str | None = None
    privacy_url: str | None = None
    terms_url: str | None = None
    imprint: str = ""


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """A mail's three texts, and the language they are in."""

    language: str
    subject: str
    html: str
    text: str


class _MailTemplates(BaseLoader):
    """Jinja asks for a template once; that is when its MJML is compiled."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, None]:  # noqa: ARG002 - jinja's signature
        path = TEMPLATES / template
        if not path.is_file():
            raise TemplateNotFound(template)
        source = path.read_text()
        if path.suffix == ".mjml":
            # mjml-python leaves widths and attributes out of what it includes itself, so parts go in before.
            whole = _INCLUDE.sub(lambda part: (TEMPLATES / part[1]).read_text(), source)
            source = mjml2html(whole, fonts={})  # else it would import fonts from Google
        return source, str(path), None


class Layout:
    """Renders mails. Keep one a process: it remembers what it compiled."""

    def __init__(self) -> None:
        # Escaping is for markup: in plain text an `&amp;` would be shown to the reader as it stands.
        self._markup = _environment(autoescape=True)
        self._plain = _environment(autoescape=False)

    def render(
        self, kind: Kind, *, locale: str, brand: Brand, facts: Mapping[str, Any], own: Mapping[str, str] = NO_OWN_TEXTS
    ) -> Rendered:
        """The mail of this kind about `facts`, in the offered language nearest to `locale`.

        `own` are the vendor's texts in place of the catalog's, by key.
        """
        stem = MESSAGES[kind].template
        language = i18n.base(locale)
        visible = {key: _visible(value) for key, value in facts.items()}
        context = {**_look(brand, language=language), **_Words(language, own).names(), **visible}
        plain = self._plain.get_template(f"{stem}.txt").render(context)
        subject, _, rest = plain.partition("\n")
        html = self._markup.get_template(f"{stem}.mjml").render(context | {"subject": subject})
        return Rendered(language=language, subject=subject, html=html, text=f"{subject}\n{_wrapped(rest)}\n")


@dataclass(frozen=True)
class _Words:
    """What templates say things with, in one language."""

    language: str
    own: Mapping[str, str]

    def names(self) -> dict[str, Any]:
        return {"t": self.t, "strong": self.strong, "money": self.money, "date": self.date, "moment": self.moment}

    def t(self, key: str, **values: Any) -> str:
        put_in = {name: isolate(value, self.language) for name, value in values.items()}
        return self._said(key, put_in)

    def strong(self, key: str, **values: Any) -> Markup:
        """The sentence, with what it tells in bold."""
        marked = {name: f"{_BEGIN}{value}{_END}" for name, value in values.items()}
        sentence = str(escape(self._said(key, marked)))
        return Markup(sentence.replace(_BEGIN, "<strong><bdi>").replace(_END, "</bdi></strong>"))  # noqa: S704 - escaped above

    def _said(self, key: str, values: Mapping[str, object]) -> str:
        own = self.own.get(key)
        return i18n.text(key, self.language, **values) if own is None else i18n.fill(own, values)

    def money(self, amount: int, currency: str) -> str:
        return _money(amount, currency, self.language)

    def date(self, moment: str) -> str:
        return _date(moment, self.language)

    def moment(self, moment: str) -> str:
        time = format_skeleton("Hm", _at(moment), locale=i18n.locale_of(self.language))
        return self.t("mails.moment", date=self.date(moment), time=time)


@lru_cache(maxsize=1024)
def _money(amount: int, currency: str, language: str) -> str:
    """A mail names an amount up to five times."""
    return i18n.format_money(Money(amount, currency), language)


@lru_cache(maxsize=1024)
def _date(moment: str, language: str) -> str:
    return i18n.format_date(_at(moment), language)


def visible_line(value: str) -> str:
    """`value` in one line, without characters that can't be seen: no break, no direction override."""
    spaced = "".join(" " if character.isspace() else character for character in value)
    shown = (c for c in spaced if c in _JOINERS or unicodedata.category(c) not in _INVISIBLE)
    return " ".join("".join(shown).split())


def _visible(value: Any) -> Any:
    match value:
        case str():
            return visible_line(value)
        case list():
            return [_visible(line) for line in value]
        case _:
            return value


def _look(brand: Brand, *, language: str) -> dict[str, Any]:
    rightward = i18n.direction(language) == "ltr"
    return {
        "brand": Brand(
            name=visible_line(brand.name),
            logo_url=_address(brand.logo_url),
            support_url=_address(brand.support_url),
            privacy_url=_address(brand.privacy_url),
            terms_url=_address(brand.terms_url),
            imprint=visible_line(brand.imprint),
        ),
        "tones": palette(brand.color or DEFAULT_COLOR),
        "language": language,
        "direction": i18n.direction(language),
        "start": "left" if rightward else "right",
        "end": "right" if rightward else "left",
    }


def _address(url: str | None) -> str | None:
    """What a link may lead to."""
    return url if (url or "").startswith(("https://", "http://")) else None


def _at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(UTC)


def _wrapped(text: str) -> str:
    """Lines of a width that every mail reader shows whole; links stay in one piece, what is quoted stays quoted."""
    return "\n".join(_filled(line) if len(line) > TEXT_WIDTH else line for line in text.rstrip().split("\n"))


def _filled(line: str) -> str:
    mark = _QUOTED if line.startswith(_QUOTED) else ""
    return textwrap.fill(line, TEXT_WIDTH, subsequent_indent=mark, break_long_words=False, break_on_hyphens=False)


def _environment(*, autoescape: bool) -> Environment:
    return Environment(
        loader=_MailTemplates(),
        autoescape=autoescape,  # noqa: S701 - False for plain text alone
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
