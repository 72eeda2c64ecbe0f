"""Files sent to a page: larger than forms may be, and kept in the page until what was looked at is written."""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from flask import request

from triad.domain import errors

LARGEST = 5_000_000
"""Bytes of one request with files; elsewhere it is a fifth of that."""


def allow_files(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Before anything reads the request: `bp.url_value_preprocessor` of pages that take files."""
    request.max_content_length = LARGEST
    request.max_form_memory_size = LARGEST


def pack(content: bytes) -> str:
    """A file as the value of a hidden field, so that what was looked at is what is written."""
    return urlsafe_b64encode(zlib.compress(content)).decode()


def unpack(value: str) -> bytes:
    """Unfit for anything `pack` did not make, or that would unfold past what a file may have."""
    try:
        inflate = zlib.decompressobj()
        content = inflate.decompress(urlsafe_b64decode(value.encode()), LARGEST)
    except (ValueError, zlib.error):
        raise errors.Unfit({"files": "broken"}) from None
    if not inflate.eof or len(content) > LARGEST:
        raise errors.Unfit({"files": "broken"})
    return content
