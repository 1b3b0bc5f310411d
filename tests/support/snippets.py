"""The code of the console's install page, made into a program as its reader would: somebody is signed in, and the token
that it makes for them is printed.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

_GO_SIGNED_IN: Final = "// For whoever"


def _go(code: str, email: str) -> str:
    declared, call = code.split(_GO_SIGNED_IN)
    main = f'user := struct{{ email string }}{{"{email}"}}\n{_GO_SIGNED_IN}{call}\nif err != nil {{ panic(err) }}'
    return f'package main\nimport "fmt"\n{declared}\nfunc main() {{\n{main}\nfmt.Print(token)\n}}\n'


PROGRAMS: Final[Mapping[str, Callable[[str, str], str]]] = {
    "Node": lambda code, email: f"const user = {{ email: '{email}' }};\n{code}\nconsole.log(token);\n",
    "Python": lambda code, email: f'class user:\n    email = "{email}"\n\n{code}\nprint(token)\n',
    "PHP": lambda code, email: (
        f"<?php\n$user = (object) ['email' => '{email}'];\n{code.removeprefix('<?php')}\necho $token;"
    ),
    "Ruby": lambda code, email: f'user = Struct.new(:email).new("{email}")\n{code}\nputs token\n',
    "Go": _go,
}
"""By the name on the page: the program for somebody with this address."""
FILES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "Node": ("site.mjs", ("node",)),
    "Python": ("site.py", ("python3",)),
    "PHP": ("site.php", ("php",)),
    "Ruby": ("site.rb", ("ruby",)),
    "Go": ("site.go", ("go", "run")),
}
"""What such a program is called, and what runs it."""


def written(folder: Path, language: str, code: str, *, email: str) -> list[str]:
    """The program, written there; the command that runs it."""
    name, command = FILES[language]
    file = folder / name
    file.write_text(PROGRAMS[language](code, email))
    return [*command, str(file)]
