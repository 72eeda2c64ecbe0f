"""Several files as one ZIP, the same bytes whenever the same files are packed at the same moment."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

OWNER_ONLY = 0o600 << 16


def zipped(files: Mapping[str, bytes], moment: datetime) -> bytes:
    """In the order given. Only the day of `moment` is written: a ZIP cannot say in which zone an hour is."""
    out = io.BytesIO()
    with ZipFile(out, "w") as packed:
        for name, content in files.items():
            entry = ZipInfo(name, (moment.year, moment.month, moment.day, 0, 0, 0))
            entry.external_attr, entry.compress_type = OWNER_ONLY, ZIP_DEFLATED
            packed.writestr(entry, content)
    return out.getvalue()
