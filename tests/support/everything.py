"""`make test`: install what the tests need of the system, then run every folder, the cheap ones first.

The last line says what failed and what could not run here; nothing is left out in silence.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from shared.cli import gateway
from tests.support.languages import missing_packages
from tests.support.machine import CannotStart, install

FOLDERS: Final = ("unit", "contract", "integration", "e2e", "compose")
AT_ONCE: Final = ("-n", "auto", "--maxprocesses=4")  # processes, each with servers of its own
TOGETHER: Final = {"contract": AT_ONCE, "integration": AT_ONCE}
NOTHING_COLLECTED: Final = 5  # pytest's exit code
FONTS: Final = {"fonts-noto-core": "/usr/share/fonts/truetype/noto", "fonts-noto-cjk": "/usr/share/fonts/opentype/noto"}


def main() -> int:
    """0 when all that ran passed."""
    missing = _prepare()
    failed, not_run = [], []
    for folder in FOLDERS:
        if folder == "compose" and not has_docker():
            not_run.append("compose (no Docker engine answers)")
            continue
        print(f"\n=== {folder}", flush=True)
        command = [sys.executable, "-m", "pytest", f"tests/{folder}", *TOGETHER.get(folder, ())]
        code = subprocess.run(command, check=False).returncode
        if code == NOTHING_COLLECTED:
            not_run.append(f"{folder} (it has no tests)")
        elif code != 0:
            failed.append(folder)
    for sentence in missing:
        print(sentence)
    parts = ["failed: " + ", ".join(failed) if failed else "passed: all that ran"]
    parts += ["did not run: " + ", ".join(not_run)] if not_run else []
    print("Tests " + "; ".join(parts) + ".")
    return 1 if failed else 0


def _prepare() -> list[str]:
    """Install the browser, the fonts of other scripts, the examples' languages; a sentence for each that can't be."""
    wanted = [package for package, folder in FONTS.items() if not Path(folder).is_dir()]
    if not (shutil.which("chromium") or shutil.which("google-chrome")):
        wanted.insert(0, "chromium")
    if not shutil.which("pdftotext"):
        wanted.append("poppler-utils")
    wanted += missing_packages()
    missing = []
    for package in wanted:
        try:
            install(package)
        except CannotStart as reason:
            missing.append(f"Some tests can't pass here: {reason}.")
    return missing


def has_docker() -> bool:
    """Whether an engine answers and Compose is there."""
    if shutil.which("docker") is None:
        return False
    asked = (["docker", "info"], ["docker", "compose", "version"])
    return all(subprocess.run(question, capture_output=True, check=False).returncode == 0 for question in asked)


def installed_nginx() -> list[Path]:
    """Every nginx here that `bursar run` could take: the system's, and the one from the package index."""
    return list(dict.fromkeys(path for path in (gateway.find_nginx(), gateway.packaged_nginx()) if path is not None))


if __name__ == "__main__":
    sys.exit(main())
