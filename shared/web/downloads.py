"""Answers that are files nobody keeps a copy of on the way."""

from collections.abc import Iterable, Iterator

from flask import Response, request

from shared.database import scope


def attached(content: bytes | Iterable[bytes], *, name: str, mimetype: str) -> Response:
    """A file to download as `name`, which is ours: no quotes, no line breaks."""
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def issued(content: bytes, *, name: str, mimetype: str, sha256: str | None) -> Response:
    """A document to download. Whoever has it already is told so, by its digest where it never changes."""
    answer = attached(content, name=name, mimetype=mimetype)
    answer.headers["Cache-Control"] = "private, no-cache"  # kept by nobody else, and asked about each time
    if sha256 is not None:
        answer.set_etag(sha256)
        answer.make_conditional(request)
    return answer


def zipped(content: bytes, *, name: str) -> Response:
    """A ZIP archive to download as `name`."""
    return attached(content, name=f"{name}.zip", mimetype="application/zip")


def within_scope(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same chunks, each made in the scope of the present request, which is over when the server asks for them."""
    here = scope.current()

    def made() -> Iterator[bytes]:
        while True:
            with scope.use(here):  # not around a yield: whoever reads has a scope of their own
                chunk = next(chunks, None)
            if chunk is None:
                return
            yield chunk

    return made()
