"""Bodies that are a form with a file: read as one thing, and as large as the view says."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import request
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import CombinedMultiDict

from shared.web.api import ApiBlueprint

View = TypeVar("View", bound=Callable[..., Any])

_Parser: Any = type(ApiBlueprint.ARGUMENTS_PARSER)


class _FormWithFile(_Parser):  # type: ignore[misc]  # webargs' parsers are found at run time
    """Reads the fields and the file of a form as one thing; OpenAPI knows only one body."""

    def load_files(self, req: Any, schema: Any) -> Any:
        return MultiDictProxy(CombinedMultiDict([req.form, req.files]), schema)


class UploadBlueprint(ApiBlueprint):
    """A resource with views that take `arguments(…, location="files")`."""

    ARGUMENTS_PARSER = _FormWithFile()


def takes_bodies(*, largest: int) -> Callable[[View], View]:
    """Sets the size in bytes that a body may have, before anything reads it."""

    def mark(view: View) -> View:
        @wraps(view)
        def sized(*args: Any, **kwargs: Any) -> Any:
            request.max_content_length = largest
            return view(*args, **kwargs)

        sized.largest = largest  # type: ignore[attr-defined]  # functions carry their marks
        return cast(View, sized)

    return mark
