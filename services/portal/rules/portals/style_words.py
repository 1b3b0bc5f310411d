"""STYLE WORDS: all that a vendor's own rules may say. What is not here does not come out.

No property here moves anything over the page for good, adds text or asks for a file; no function here loads anything.
Class names are the vendor's to choose, but only those of `STABLE` keep their meaning from release to release.
"""

from typing import Final


class NotAllowed(Exception):
    """This part is none of ours; `args[0]` is the code of why."""


STABLE: Final = ("card", "alert", "btn", "pill", "price", "field")
TOKENS: Final = (
    "--bursar-accent",
    "--bursar-accent-strong",
    "--bursar-on-accent",
    "--bursar-accent-soft",
    "--bursar-paper",
    "--bursar-card",
    "--bursar-ink",
    "--bursar-soft",
    "--bursar-line",
    "--bursar-radius",
    "--bursar-radius-card",
)
"""Our own properties: the better way, since they hold on every page that wears the rules, in every release."""

_SIDES: Final = ("top", "right", "bottom", "left", "block", "inline")
_ENDS: Final = ("block-start", "block-end", "inline-start", "inline-end")
_BORDER: Final = ("", "-color", "-style", "-width")
PROPERTIES: Final = frozenset(
    [
        *TOKENS,
        *("color", "background", "background-color", "opacity", "visibility", "box-shadow", "text-shadow", "cursor"),
        *(
            "accent-color",
            "caret-color",
            "outline",
            "outline-color",
            "outline-offset",
            "outline-style",
            "outline-width",
        ),
        *(
            "font",
            "font-family",
            "font-size",
            "font-style",
            "font-variant",
            "font-variant-caps",
            "font-variant-numeric",
        ),
        *("font-weight", "font-stretch", "font-kerning", "letter-spacing", "word-spacing", "line-height", "tab-size"),
        *("text-align", "text-decoration", "text-decoration-color", "text-decoration-line", "text-decoration-style"),
        *("text-decoration-thickness", "text-indent", "text-transform", "text-underline-offset", "text-wrap"),
        *("text-overflow", "white-space", "word-break", "overflow-wrap", "hyphens", "vertical-align"),
        *("list-style-type", "list-style-position", "border-collapse", "border-spacing", "caption-side", "empty-cells"),
        *("display", "position", "order", "float", "clear", "box-sizing", "overflow", "overflow-x", "overflow-y"),
        *("flex", "flex-basis", "flex-direction", "flex-flow", "flex-grow", "flex-shrink", "flex-wrap"),
        *("grid-auto-flow", "grid-column", "grid-row", "grid-template-columns", "grid-template-rows"),
        *("gap", "row-gap", "column-gap", "align-content", "align-items", "align-self", "justify-content"),
        *("justify-items", "justify-self", "place-content", "place-items", "place-self", "object-fit", "aspect-ratio"),
        *("width", "height", "min-width", "min-height", "max-width", "max-height", "inline-size", "block-size"),
        *("min-inline-size", "min-block-size", "max-inline-size", "max-block-size"),
        *(f"{box}{side}" for box in ("margin", "padding") for side in ("", *(f"-{each}" for each in _SIDES + _ENDS))),
        *(f"border{side}{of}" for side in ("", *(f"-{each}" for each in _SIDES + _ENDS)) for of in _BORDER),
        "border-radius",
        *(f"border-{up}-{side}-radius" for up in ("top", "bottom") for side in ("left", "right")),
        *(f"border-{block}-{inline}-radius" for block in ("start", "end") for inline in ("start", "end")),
    ]
)
FUNCTIONS: Final = frozenset(["rgb", "rgba", "hsl", "hsla", "calc", "min", "max", "clamp", "var"])
UNITS: Final = frozenset("px em rem ex ch lh rlh vw vh vi vb vmin vmax cqi cqb pt pc cm mm in fr deg rad turn".split())
LITERALS: Final = frozenset(",/+-*")
KEYWORDS: Final = frozenset(
    (
        "inherit initial unset revert auto none normal transparent currentcolor "
        "solid dashed dotted double groove ridge inset outset hidden visible collapse scroll clip ellipsis "
        "thin medium thick small smaller large larger x-small x-large xx-small xx-large "
        "bold bolder lighter italic oblique small-caps tabular-nums oldstyle-nums lining-nums proportional-nums "
        "uppercase lowercase capitalize underline overline line-through wavy balance pretty wrap nowrap "
        "pre pre-wrap pre-line break-word break-all keep-all anywhere manual "
        "left right center top bottom middle baseline sub super text-top text-bottom start end justify match-parent "
        "block inline inline-block flex inline-flex grid inline-grid contents list-item flow-root table table-row "
        "table-cell static relative absolute border-box content-box content padding-box stretch fit-content "
        "min-content max-content cover contain fill scale-down row column row-reverse column-reverse wrap-reverse "
        "dense flex-start flex-end self-start self-end space-between space-around space-evenly first last span both "
        "disc circle square decimal lower-alpha upper-alpha lower-roman upper-roman outside inside separate "
        "default pointer text help not-allowed wait progress condensed expanded from-font "
        "aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown burlywood cadetblue chartreuse "
        "chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan darkgoldenrod darkgray darkgreen "
        "darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred darksalmon darkseagreen "
        "darkslateblue darkslategray darkslategrey darkturquoise darkviolet deeppink deepskyblue dimgray dimgrey "
        "dodgerblue firebrick floralwhite forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray green "
        "greenyellow grey honeydew hotpink indianred indigo ivory khaki lavender lavenderblush lawngreen lemonchiffon "
        "lightblue lightcoral lightcyan lightgoldenrodyellow lightgray lightgreen lightgrey lightpink lightsalmon "
        "lightseagreen lightskyblue lightslategray lightslategrey lightsteelblue lightyellow lime limegreen linen "
        "magenta maroon mediumaquamarine mediumblue mediumorchid mediumpurple mediumseagreen mediumslateblue "
        "mediumspringgreen mediumturquoise mediumvioletred midnightblue mintcream mistyrose moccasin navajowhite navy "
        "oldlace olive olivedrab orange orangered orchid palegoldenrod palegreen paleturquoise palevioletred "
        "papayawhip peachpuff peru pink plum powderblue purple rebeccapurple red rosybrown royalblue saddlebrown "
        "salmon sandybrown seagreen seashell sienna silver skyblue slateblue slategray slategrey snow springgreen "
        "steelblue tan teal thistle tomato turquoise violet wheat white whitesmoke yellow yellowgreen "
        "serif sans-serif monospace cursive system-ui ui-serif ui-sans-serif ui-monospace ui-rounded "
        "arial helvetica verdana tahoma georgia garamond palatino times courier menlo consolas inter figtree roboto"
    ).split()
)
"""Idents of values, in lower case; `fixed` and `sticky` are missing on purpose."""

FAMILIES: Final = {
    each.lower(): each
    for each in (
        *("Times New Roman", "Courier New", "Trebuchet MS", "Helvetica Neue", "Segoe UI", "Noto Sans", "Noto Serif"),
        *("Atkinson Hyperlegible Next", "Source Sans 3", "Source Serif 4", "Inter", "Figtree", "Georgia", "Arial"),
    )
}
"""Fonts that have to stand in quotes: ours, and those that devices have."""

ELEMENTS: Final = frozenset(
    "html body header main footer nav section article aside div span p a h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table "
    "caption thead tbody tfoot tr th td form fieldset legend label input select option textarea button details summary "
    "img svg figure figcaption strong em b i small time code pre blockquote hr bdi".split()
)
PSEUDO_CLASSES: Final = frozenset(
    "root hover focus focus-visible focus-within active disabled enabled checked required optional first-child "
    "last-child only-child first-of-type last-of-type only-of-type empty".split()
)
PSEUDO_ELEMENTS: Final = frozenset(["placeholder", "marker", "selection", "first-line", "first-letter"])
LISTS: Final = frozenset(["is", "where", "not"])
COUNTED: Final = frozenset(["nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type"])
ATTRIBUTES: Final = frozenset(
    ["dir", "lang", "open", "disabled", "aria-current", "aria-busy", "aria-invalid", "aria-expanded", "role"]
)
MEDIA_WORDS: Final = frozenset(["all", "screen", "print", "and", "or", "not", "only"])
MEDIA_FEATURES: Final = frozenset(
    "width min-width max-width height min-height max-height orientation hover any-hover pointer any-pointer "
    "prefers-color-scheme prefers-reduced-motion prefers-contrast forced-colors aspect-ratio min-aspect-ratio "
    "max-aspect-ratio".split()
)
MEDIA_VALUES: Final = frozenset(
    "portrait landscape hover none coarse fine light dark reduce no-preference more less active".split()
)
