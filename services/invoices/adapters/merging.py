"""Many PDFs as one, page after page, each named in its table of contents."""

import io
from collections.abc import Iterable

from pypdf import PdfReader, PdfWriter


def merge(documents: Iterable[tuple[str, bytes]], *, title: str) -> bytes:
    """One PDF of all of them: what each is called there, and its bytes, read one at a time.

    The writer keeps every object until the end, a quarter of a megabyte for each document: callers bound how many.
    """
    whole = PdfWriter()
    for name, content in documents:
        whole.append(PdfReader(io.BytesIO(content)), outline_item=name, import_outline=False)
    whole.compress_identical_objects(remove_duplicates=True, remove_unreferenced=True)
    whole.add_metadata({"/Title": title})
    out = io.BytesIO()
    whole.write(out)
    return out.getvalue()
