"""Which texts the sources ask for: whole keys, and beginnings of keys that are made complete at run time."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TEMPLATES: Final = (".html", ".mjml", ".txt", ".typ")
_KEY: Final = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+")
_BEGINNING: Final = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*\.")
_ASKING: Final = ("text", "t", "translate")
_QUOTED: Final = re.compile(r"""["']([a-z][a-z0-9_.]*)["']""")
_CALL: Final = re.compile(r"""(?<![\w.])t\(\s*["']([a-z][a-z0-9_.]*)["']\s*(?=[,)])""")
_SAID: Final = re.compile(r">([^<>{}]*[^\W\d_]{2,}[^<>{}]*)<")
_SILENT: Final = re.compile(
    r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<(script|style|svg|title|mj-style|mj-attributes)\b.*?</\1>|<!--.*?-->", re.DOTALL
)


@dataclass(frozen=True)
class Used:
    """`keys` are asked for as they stand, with where; `mentions` and `beginnings` keep a key from being unused."""

    keys: tuple[tuple[str, str], ...]
    mentions: frozenset[str]
    beginnings: frozenset[str]


def scan(root: Path) -> Used:
    """What everything under `shared`, `services` and `gateway` asks for."""
    keys: list[tuple[str, str]] = []
    mentions: set[str] = set()
    for path in _sources(root):
        where = str(path.relative_to(root))
        content = path.read_text(encoding="utf-8")
        if path.suffix == ".py":
            tree = ast.parse(content)
            mentions |= {
                node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
            keys += [(key, where) for key in _asked_in_python(tree)]
        else:
            mentions |= set(_QUOTED.findall(content))
            keys += [(key, where) for key in _CALL.findall(content)]
    return Used(
        keys=tuple(keys),
        mentions=frozenset(word for word in mentions if _KEY.fullmatch(word)),
        beginnings=frozenset(word for word in mentions if _BEGINNING.fullmatch(word)),
    )


def literal_texts(root: Path) -> Iterator[tuple[str, str]]:
    """Words that stand in a page's or mail's template itself, with where."""
    for path in _sources(root):
        if path.suffix in (".html", ".mjml") and path.name != "api.html" and "gateway" not in path.parts:
            for found in _SAID.findall(
                _SILENT.sub(lambda silent: " " * len(silent[0]), path.read_text(encoding="utf-8"))
            ):
                yield found.strip(), str(path.relative_to(root))


def _sources(root: Path) -> Iterator[Path]:
    for top in ("shared", "services", "gateway"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix in (".py", *TEMPLATES) and "static" not in path.parts and "migrations" not in path.parts:
                yield path


def _asked_in_python(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0] if node.args else None
            literal = first.value if isinstance(first, ast.Constant) else None
            if name in _ASKING and isinstance(literal, str) and _KEY.fullmatch(literal):
                yield literal
            if (
                name == "of"
                and getattr(getattr(node.func, "value", None), "id", "") == "FieldError"
                and len(node.args) > 1
            ):
                code = node.args[1]
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    yield f"errors.field.{code.value}"
        elif isinstance(node, ast.ClassDef):
            yield from _code_of(node)


def _code_of(node: ast.ClassDef) -> Iterator[str]:
    """The sentence of a refusal's own code."""
    for line in node.body:
        target = (
            line.targets[0]
            if isinstance(line, ast.Assign)
            else line.target
            if isinstance(line, ast.AnnAssign)
            else None
        )
        value = line.value if isinstance(line, ast.Assign | ast.AnnAssign) else None
        if getattr(target, "id", "") == "code" and isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield f"errors.{value.value}"
