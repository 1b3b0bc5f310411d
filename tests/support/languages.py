"""The languages that `examples/` speaks: what runs each, and the Debian package that brings it."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.support.machine import CannotStart, free_port, install
from tests.support.polling import until

EXAMPLES: Final = Path(__file__).parents[2] / "examples"
_INHERITED: Final = ("PATH", "HOME", "LANG", "TMPDIR")


@dataclass(frozen=True)
class Language:
    """`command` is what stands in front of an example's words, `site` starts the one that has a link to the portal.

    `{built}` is a folder to build in, `{port}` where the site listens.
    """

    program: str
    package: str
    command: tuple[str, ...]
    site: tuple[str, ...]
    build: tuple[str, ...] = ()


LANGUAGES: Final = {
    "node": Language("node", "nodejs", ("node", "node/bursar.mjs"), ("node", "node/billing_link.mjs")),
    "python": Language("python3", "python3", ("python3", "python/bursar.py"), ("python3", "python/billing_link.py")),
    "php": Language(
        "php", "php-cli", ("php", "php/bursar.php"), ("php", "-S", "127.0.0.1:{port}", "php/billing_link.php")
    ),
    "ruby": Language("ruby", "ruby", ("ruby", "ruby/bursar.rb"), ("ruby", "ruby/billing_link.rb")),
    "go": Language(
        "go",
        "golang-go",
        ("{built}/bursar",),
        ("{built}/bursar", "billing-link"),
        ("go", "build", "-o", "{built}/bursar", "go/bursar.go", "go/billing_link.go"),
    ),
}


def missing_packages() -> list[str]:
    """The packages that are not on this machine: of the languages, and of what they are compared with."""
    wanted = {each.program: each.package for each in LANGUAGES.values()} | {"openssl": "openssl"}
    return [package for program, package in wanted.items() if shutil.which(program) is None]


class Examples:
    """Runs the example of a language; installs and builds what it needs the first time."""

    def __init__(self, built: Path) -> None:
        self._built = built
        self._ready: set[str] = set()

    def run(self, language: str, *words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        """With these settings and none of this shell's."""
        self._prepare(language)
        return self._call(LANGUAGES[language].command, *words, **settings)

    def said(self, language: str, *words: str, **settings: str) -> str:
        """What it printed, if it went well."""
        done = self.run(language, *words, **settings)
        if done.returncode != 0:
            pytest.fail(f"{language} {words[0]}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout.removesuffix("\n")

    @contextmanager
    def serving(self, language: str, **settings: str) -> Iterator[str]:
        """The language's small site, as long as the block lasts; its address."""
        self._prepare(language)
        port = free_port()
        command = [self._filled(part).replace("{port}", str(port)) for part in LANGUAGES[language].site]
        environment = {**_inherited(), **settings, "PORT": str(port)}
        with subprocess.Popen(command, cwd=EXAMPLES, env=environment, stderr=subprocess.PIPE, text=True) as site:
            try:
                until(lambda: site.poll() is not None or _answers(port), seconds=30, what=f"the site in {language}")
                assert site.poll() is None, site.stderr and site.stderr.read()
                yield f"http://127.0.0.1:{port}"
            finally:
                site.terminate()

    def _filled(self, part: str) -> str:
        return part.replace("{built}", str(self._built))

    def _prepare(self, language: str) -> None:
        known = LANGUAGES[language]
        if language in self._ready:
            return
        if shutil.which(known.program) is None:
            try:
                install(known.package)
            except CannotStart as reason:
                pytest.fail(f"the example in {language} can't run: {reason}", pytrace=False)
        if known.build:
            built = self._call(known.build, GOCACHE=str(self._built / "cache"))
            assert built.returncode == 0, built.stderr
        self._ready.add(language)

    def _call(self, command: tuple[str, ...], *words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*map(self._filled, command), *words],
            cwd=EXAMPLES,
            env={**_inherited(), **settings},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )


def _inherited() -> dict[str, str]:
    here = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return {**here, "PYTHONDONTWRITEBYTECODE": "1"}  # nothing is left beside the examples


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="session")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Examples:
    """The examples, ready to run."""
    return Examples(tmp_path_factory.mktemp("examples"))
