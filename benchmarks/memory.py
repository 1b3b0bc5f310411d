"""How much memory a running system's processes took at most, each by itself, read from /proc."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

EVERY = 0.5  # seconds


@contextmanager
def watched(root: int) -> Iterator[dict[int, int]]:
    """Within the block, the peak resident bytes of every process under `root`, by process id."""
    peaks: dict[int, int] = {}
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(EVERY):
            for process in [root, *_descendants(root)]:
                with suppress(OSError):
                    peaks[process] = max(peaks.get(process, 0), _resident(process))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peaks
    finally:
        stop.set()
        watcher.join()


def together(root: int) -> int:
    """Bytes that all processes under `root` take now; what several share counts once (PSS)."""
    total = 0
    for process in [root, *_descendants(root)]:
        with suppress(OSError):
            for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
    return total


def _descendants(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = status.read_text().rpartition(") ")[2].split()
            children.setdefault(int(fields[1]), []).append(int(status.parent.name))
    found, level = [], [root]
    while level:
        level = [child for parent in level for child in children.get(parent, [])]
        found += level
    return found


def _resident(process: int) -> int:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0
