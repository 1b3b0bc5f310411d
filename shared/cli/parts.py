"""The processes of `bursar run`: started together, their lines prefixed, all stopped when one ends."""

import shlex
import threading
from collections.abc import Callable, Sequence
from typing import Any, Final

import honcho.manager
from honcho.manager import SYSTEM_PRINTER_NAME, Manager
from honcho.printer import Message, Printer

STOP_WITHIN: Final = 25  # seconds for a part to finish what it does, before it is killed (EV-21)


class _Lines(Printer):  # type: ignore[misc]  # honcho ships no types
    """Prints the parts' own lines, without honcho's about starting and stopping them."""

    def write(self, message: Message) -> None:
        if message.name != SYSTEM_PRINTER_NAME:
            super().write(message)


class Parts(Manager):  # type: ignore[misc]  # honcho ships no types
    """`run()` until a signal comes or a part ends. `ended` then names the part that ended by itself, if one did.

    `attend` runs in a thread beside them once all are started; it may call `stop`.
    """

    def __init__(self, *, attend: Callable[["Parts"], None]) -> None:
        super().__init__(_Lines())
        self.ended: str | None = None
        self.stopping = threading.Event()
        self._attend = attend
        self._wanted = False

    def add(self, name: str, command: Sequence[str], env: dict[str, str]) -> None:
        """A part to start: its command replaces the shell that honcho starts it with, so signals reach it."""
        self.add_process(name, f"exec {shlex.join(command)}", env={**env, "PYTHONUNBUFFERED": "1"})

    def run(self) -> None:
        """Start every part; returns when all have stopped."""
        honcho.manager.KILL_WAIT = STOP_WITHIN
        self.loop()

    def stop(self) -> None:
        """Ask every part to stop, as a signal would."""
        self.terminate()

    def terminate(self) -> None:
        if not self.stopping.is_set() and not self._wanted:
            self.ended = next((name for name, part in self._processes.items() if "returncode" in part), None)
        self.stopping.set()
        self._wanted = True
        if self._known():
            super().terminate()

    def exit_code_of(self, name: str) -> int:
        """What a stopped part returned."""
        code: int = self._processes[name]["returncode"]
        return code

    def _start(self) -> None:
        super()._start()
        threading.Thread(target=self._attend, args=(self,), daemon=True).start()

    def _all_started(self) -> Any:
        # Asked on every turn of the loop: here a stop that came before every part had its process id is made up for.
        if self._wanted and self._known():
            super().terminate()
        return super()._all_started()

    def _known(self) -> bool:
        return all("pid" in part for part in self._processes.values())
