"""`bursar i18n check`: are all texts there, in every language? `bursar i18n gateway`: the gateway's copy of them."""

import click

from shared.cli import gateway_words
from shared.i18n import LANGUAGES
from shared.i18n.reviews import is_reviewed


@click.group(name="i18n")
def group() -> None:
    """Texts and languages."""


@group.command()
def check() -> None:
    """Find missing, unused and unequal texts in all languages; and texts that stand in templates."""
    from shared.i18n.check import check as find  # reads every source file: only when asked

    problems = find()
    unread = [each for each in LANGUAGES if not is_reviewed(each)]
    click.echo(f"Not yet read by a native speaker: {', '.join(unread) or 'none'}.")
    for problem in problems:
        click.echo(problem)
    if problems:
        raise click.ClickException(f"{len(problems)} problems with texts")
    click.echo(f"Texts are complete in {', '.join(LANGUAGES)}.")


@group.command()
def gateway() -> None:
    """Print gateway/error_words.conf: what nginx's own pages say, in every language."""
    click.echo(gateway_words.written(), nl=False)
