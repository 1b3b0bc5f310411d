"""`python -m shared.cli` is `bursar`."""

from shared.cli import main

main()
