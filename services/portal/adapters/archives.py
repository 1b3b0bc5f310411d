"""Writes ZIP archives."""

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime


def pack(files: Mapping[str, bytes], *, at: datetime) -> bytes:
    """These files, dated `at`, in one archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, date_time=at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content)
    return out.getvalue()
