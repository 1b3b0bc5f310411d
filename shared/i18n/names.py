"""What each shipped language is called in its own words, as menus list it.

CLDR's own names with a capital, written down: to look them up takes a megabyte of locale data for every language, in
every process. `zh-CN` alone differs, for CLDR says more than anybody asks: of China.
"""

from collections.abc import Mapping
from typing import Final

NAMES: Final[Mapping[str, str]] = {
    "ar": "العربية",
    "bg": "Български",
    "cs": "Čeština",
    "da": "Dansk",
    "de": "Deutsch",
    "el": "Ελληνικά",
    "en": "English",
    "es": "Español",
    "et": "Eesti",
    "fi": "Suomi",
    "fr": "Français",
    "he": "עברית",
    "hu": "Magyar",
    "it": "Italiano",
    "ja": "日本語",
    "lt": "Lietuvių",
    "lv": "Latviešu",
    "nb": "Norsk bokmål",
    "nl": "Nederlands",
    "pl": "Polski",
    "pt": "Português",
    "pt-BR": "Português (Brasil)",
    "ro": "Română",
    "sk": "Slovenčina",
    "sv": "Svenska",
    "tr": "Türkçe",
    "zh-CN": "简体中文",
}
