"""What is closed opens whole, with the right secret, salt and label, and not otherwise."""

from __future__ import annotations

import io

import pytest

from triad.formats import sealing

SECRET, SALT, LABEL = "s" * 40, b"salt", b"label"
SIZES = (0, 1, sealing.PIECE - 1, sealing.PIECE, sealing.PIECE + 1, 2 * sealing.PIECE)


def closed(plain: bytes) -> bytes:
    out = io.BytesIO()
    sealing.close(SECRET, SALT, LABEL, io.BytesIO(plain), out)
    return out.getvalue()


def opened(content: bytes, *secrets: str, salt: bytes = SALT, label: bytes = LABEL) -> bytes:
    out = io.BytesIO()
    sealing.open_into(secrets or (SECRET,), salt, label, io.BytesIO(content), out)
    return out.getvalue()


@pytest.mark.parametrize("size", SIZES)
def test_what_was_closed_opens_whole(size: int) -> None:
    plain = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    content = closed(plain)
    assert opened(content) == plain
    assert opened(content, "o" * 40, SECRET) == plain
    assert len(content) == size + sealing.TAG * max(1, -(-size // sealing.PIECE))


@pytest.mark.parametrize("size", SIZES)
def test_anything_else_is_refused(size: int) -> None:
    content = closed(b"x" * size)
    others = {
        "cut": content[:-1],
        "longer": content + b"\0",
        "nothing": b"",
        "last bit": content[:-1] + bytes([content[-1] ^ 1]),
        "without the last piece": content[
            : max(0, (len(content) - 1) // (sealing.PIECE + 16) * (sealing.PIECE + 16))
        ],
    }
    for other in others.values():
        with pytest.raises(sealing.Broken):
            opened(other)
    for changed in ({"salt": b"tlas"}, {"label": b"lebal"}):
        with pytest.raises(sealing.Broken):
            opened(content, **changed)
    with pytest.raises(sealing.Broken):
        opened(content, "o" * 40)
