"""JSON files from outside: read strictly, or refused whole."""

from __future__ import annotations

import pytest

from triad.domain import errors
from triad.formats import documents


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_json"),
        (b"{", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b'{"key": 1, "key": 2}', "not_json"),
        (b'{"key": NaN}', "not_json"),
        (b'{"key": ' + b"9" * 5000 + b"}", "not_json"),
        (b'{"key": "\xff"}', "not_utf8"),
        (b"[]", "object"),
        (b"null", "object"),
    ],
)
def test_what_is_no_such_file_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(errors.Unfit) as found:
        documents.read(content)
    assert found.value.fields == {"file": code}
