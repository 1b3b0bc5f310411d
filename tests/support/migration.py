"""`make migration SERVICE=portal M="add trial end"`: the next migration, against a scratch database."""

import sys
import tempfile
from pathlib import Path

from shared.database.migrations import revision, upgrade


def main(service: str, message: str) -> None:
    """Write what the models have and the migrations so far have not."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/scratch.db"
        upgrade(service, url)
        print(revision(service, message, database_url=url).relative_to(Path.cwd()))


if __name__ == "__main__":
    main(*sys.argv[1:3])
