"""Does nothing but what is listed come out of a vendor's style rules, and is the rest reported?"""

import random
import re

import pytest
import tinycss2
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.portal.rules.portals import style_words as words
from services.portal.rules.portals import styles
from services.portal.rules.portals.styles import State
from shared.errors import Invalid

CLASS = re.compile(r"-?[A-Za-z_][A-Za-z0-9_-]*", re.ASCII)
HOSTILE = [
    "background: url(https://x.example/a)",
    "background: URL(x)",
    r"background: u\72l(x)",
    r"background: \75\72\6c(x)",
    'background: url("x")',
    "background: image-set(url(x) 1x)",
    "background: -webkit-image-set(x)",
    "background: cross-fade(red, blue)",
    "background: element(#a)",
    "background: paint(a)",
    "background: src('x')",
    "color: attr(data-x)",
    "color: if(style(--a: b): red)",
    "color: env(x)",
    "width: expression(alert(1))",
    "behavior: url(x)",
    "-moz-binding: url(x)",
    "position: fixed",
    "position: sticky",
    r"position: fi\78 ed",
    "content: 'x'",
    "--x: url(x)",
    "--bursar-accent: url(x)",
    "color: var(--x)",
    "color: var(--bursar-accent, url(x))",
    "width: calc(1px + url(x))",
    "color: 1/**/px",
    "font-family: 'x'",
    "transition: all 1s",
    "filter: url(x)",
]
REFUSED_WHOLE = [
    "@import url(x);",
    '@\\69mport "x";',
    "@font-face { font-family: x; src: url(x) }",
    "@namespace url(x);",
    "@charset 'utf-8';",
    "@property --x { syntax: '*'; inherits: false }",
    "@supports (color: red) { .a { color: red } }",
    "@layer vendor { .a { color: red } }",
    "input[value^=a] { color: red }",
    "a[href*=x] { color: red }",
    "img[src] { color: red }",
    "[data-x] { color: red }",
    "a:visited { color: red }",
    ".a:has(b) { color: red }",
    "#main { color: red }",
    ".a::before { color: red }",
    "</style><script>alert(1)</script> { color: red }",
    ".a\0b { color: red }",
]


def dropped(css: str) -> set[str]:
    return {each.why for verdict in styles.decide(css).verdicts for each in verdict.dropped}


@pytest.mark.parametrize("declaration", HOSTILE)
def test_what_could_load_or_cover_is_dropped_in_any_spelling(declaration: str) -> None:
    sheet = styles.decide(f".a {{ color: teal; {declaration} }}")

    assert sheet.clean == ".a { color: teal }\n"
    (verdict,) = sheet.verdicts
    assert verdict.state is State.PARTLY
    assert verdict.dropped


@pytest.mark.parametrize("rule", REFUSED_WHOLE)
def test_rules_that_are_never_allowed_are_dropped_whole_and_the_next_one_is_kept(rule: str) -> None:
    sheet = styles.decide(f"{rule}\n.b {{ color: teal }}")

    assert sheet.clean == ".b { color: teal }\n"
    assert sheet.verdicts[0].state is State.DROPPED


def test_what_is_allowed_is_kept_in_our_own_writing_and_scoped() -> None:
    sheet = styles.decide(
        ":root{--bursar-accent:#FFE100}\n"
        "HTML.x>body .card:NOT(.plain) , .price{COLOR:Teal;width:CALC(100% - (2*4PX))}\n"
        '@media (min-width:600px) and (prefers-color-scheme:dark){.btn:hover{font:600 12px/1.5 "georgia",serif}}'
    )

    assert sheet.scoped == (
        "@layer vendor{\n"
        ".own-rules { --bursar-accent: #ffe100 }\n"
        ".own-rules.x > body .card:not(.plain), .own-rules .price { color: teal; width: calc(100% - (2 * 4px)) }\n"
        "@media (min-width: 600px) and (prefers-color-scheme: dark) {\n"
        '.own-rules .btn:hover { font: 600 12px / 1.5 "Georgia", serif }\n'
        "}\n}\n"
    )
    assert {verdict.state for verdict in sheet.verdicts} == {State.KEPT}


def test_the_report_names_the_line_and_the_reason_of_each_part() -> None:
    sheet = styles.decide(".a {\n  color: red;\n  zoom: 2;\n}\n\n#x, .b { color: red !important }\n")

    first, second = sheet.verdicts
    assert (first.line, first.rule, first.state) == (1, ".a", State.PARTLY)
    assert [(each.line, each.what, each.why) for each in first.dropped] == [(3, "zoom: 2", "property")]
    assert [(each.line, each.what, each.why) for each in second.dropped] == [
        (6, "#x", "id_selector"),
        (6, "!important", "important"),
    ]


@pytest.mark.parametrize(
    ("css", "code"),
    [
        (".a{color:red}" * 4000, "too_large"),
        (".a{color:red}" * 1001, "too_many_items"),
        ("@media screen{" + ".a{color:red}" * 1001 + "}", "too_many_items"),
        ("(" * 50_000, "too_deep"),
        ("{[(" * 10_000, "too_deep"),
        (".a{width:" + "calc(" * 40 + "1px" + ")" * 40 + "}", "too_deep"),
    ],
    ids=["bytes", "rules", "rules within", "brackets", "mixed brackets", "functions"],
)
def test_more_than_can_be_read_is_refused(css: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        styles.decide(css)

    assert [(each.field, each.code) for each in refused.value.fields] == [("appearance.custom_css", code)]


@pytest.mark.parametrize(
    "css",
    ["\\" * 50_000, '"' * 50_000, "/*" * 25_000, "\0" * 50_000, ",".join([".a"] * 16_000) + "{color:red}",
     ".a" * 20_000 + "{color:red}", "a{" + "color:red;" * 3_500 + "}", "@media" * 8_000, "}" * 50_000,
     "\ud800{color:red}"],
    ids=["escapes", "quotes", "comments", "NUL", "selectors", "classes", "declarations", "at", "ends", "surrogate"],
)  # fmt: skip
def test_odd_sheets_are_read_to_the_end(css: str) -> None:
    sheet = styles.decide(css)

    assert styles.decide(sheet.clean).clean == sheet.clean


def test_no_rules_have_no_address() -> None:
    assert styles.decide("").digest is None
    assert styles.decide("@import 'x';").digest is None


PARTS = [
    *("{", "}", "(", ")", "[", "]", ";", ":", ",", ".", "#", "@", "!", "/", "\\", "'", '"', "<", ">", "+", "~", "*"),
    *("/*", "*/", "<!--", "-->", "\0", "\n", " ", "\\72 ", "\\", "u\\72l(", "url(", "url('x')", "src(", "attr("),
    *("expression(", "image-set(", "rgb(1 2 3)", "calc(1px+2px)", "var(--x)", "var(--bursar-ink, 1px)", "min(1px,"),
    *("@import", "@media", "@media (min-width: 1px)", "@font-face", "@layer", "position", "fixed", "sticky"),
    *("content", "background", "color", "red", "#fff", "12px", "50%", "1e3px", "-.5em", "!important", "html"),
    *(":root", ":hover", ":has(a)", ":not(.a)", ":visited", "::before", ".card", "a", "input", "[value^=a]", "[dir]"),
    *("behavior", "-moz-binding", "font-family", "Georgia", "'Georgia'", "--bursar-accent", "--x", "é", "\u202e", "&"),
]
_TOKENS = st.sampled_from(PARTS)
SHEETS = st.one_of(
    st.lists(_TOKENS, max_size=40).map(" ".join),
    st.lists(_TOKENS, max_size=40).map("".join),
    st.lists(_TOKENS, min_size=1, max_size=12).map(lambda parts: f".a {{ color: {' '.join(parts)} }}"),
    st.lists(_TOKENS, min_size=1, max_size=12).map(lambda parts: f"{''.join(parts)} {{ color: red }}"),
    st.lists(_TOKENS, min_size=1, max_size=12).map(lambda parts: f"@media {' '.join(parts)} {{ .a {{ color: red }} }}"),
    st.text(max_size=120),
)


@pytest.mark.feature("B06")
def test_twice_is_once_over_ten_thousand_sheets() -> None:
    for seed in range(10_000):
        chance = random.Random(seed)
        before, within = (chance.choices(PARTS, k=chance.randint(1, 8)) for _ in range(2))
        whole = [*before, "{", *within, "}"] if seed % 2 else before + within
        is_as_listed(chance.choice(("", " ")).join(whole))


@settings(max_examples=400, deadline=None)
@example(".a{color:red/**/url(x)}")
@example(".a{color:rgb(1 2 3)url(x)}")
@given(SHEETS)
def test_twice_is_once_and_every_token_that_comes_out_is_listed(css: str) -> None:
    is_as_listed(css)


def is_as_listed(css: str) -> None:
    try:
        sheet = styles.decide(css)
    except Invalid:
        return

    assert styles.decide(sheet.clean).clean == sheet.clean
    for rule in tinycss2.parse_stylesheet(sheet.clean, skip_whitespace=True):
        if rule.type == "at-rule":
            assert rule.lower_at_keyword == "media"
            _media(rule.prelude)
            for inner in tinycss2.parse_rule_list(rule.content, skip_whitespace=True):
                _rule(inner)
        else:
            _rule(rule)


def _rule(rule: object) -> None:
    assert rule.type == "qualified-rule"  # type: ignore[attr-defined]
    _selector(rule.prelude)  # type: ignore[attr-defined]
    for each in tinycss2.parse_blocks_contents(rule.content, skip_whitespace=True):  # type: ignore[attr-defined]
        assert each.type == "declaration"
        assert each.name in words.PROPERTIES
        assert not each.important
        _value(each.value)


def _value(tokens: list) -> None:  # type: ignore[type-arg]
    for token in tokens:
        match token.type:
            case "whitespace" | "number" | "percentage":
                pass
            case "ident":
                assert token.value in words.KEYWORDS | set(words.TOKENS)
            case "dimension":
                assert token.unit in words.UNITS
            case "hash":
                assert re.fullmatch(r"[0-9a-f]{3,8}", token.value)
            case "literal":
                assert token.value in words.LITERALS
            case "string":
                assert token.value in words.FAMILIES.values()
            case "function":
                assert token.name in words.FUNCTIONS
                _value(token.arguments)
            case "() block":
                _value(token.content)
            case _:
                raise AssertionError(token)


def _selector(tokens: list) -> None:  # type: ignore[type-arg]
    before = None
    for token in tokens:
        match token.type:
            case "whitespace":
                pass
            case "ident" if before == ".":
                assert CLASS.fullmatch(token.value)
            case "ident":
                assert token.value in words.ELEMENTS | words.PSEUDO_CLASSES | words.PSEUDO_ELEMENTS
            case "literal":
                assert token.value in ".,>+~:*"
            case "function":
                assert token.name in words.LISTS | words.COUNTED
                if token.name in words.LISTS:
                    _selector(token.arguments)
            case "[] block":
                assert token.content[0].value in words.ATTRIBUTES
            case _:
                raise AssertionError(token)
        before = token.value if token.type == "literal" else None


def _media(tokens: list) -> None:  # type: ignore[type-arg]
    for token in tokens:
        match token.type:
            case "ident":
                assert token.value in words.MEDIA_WORDS | words.MEDIA_FEATURES | words.MEDIA_VALUES
            case "dimension":
                assert token.unit in words.UNITS
            case "() block":
                _media(token.content)
            case _:
                assert token.type in ("whitespace", "number", "literal")
