"""Files closed for whoever lacks the key, in pieces none of which can be changed, left out, moved or added.

Each file has a key of its own, made of the secret and the file's salt (scrypt, RFC 7914). A piece is AES-256-GCM
under a counter that also says whether it is the last one (the STREAM construction, eprint.iacr.org/2015/189).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

PIECE, TAG = 1 << 20, 16
COST = 1 << 15
"""32 MiB and about a tenth of a second for each try at a secret."""


class Broken(Exception):
    """Damaged, cut off, or closed with another secret: nobody can tell which."""


def close(secret: str, salt: bytes, label: bytes, plain: BinaryIO, closed: BinaryIO) -> None:
    """Write `plain` closed. `salt`: never twice the same; `label`: bound to it, and needed to open it."""
    cipher = _cipher(secret, salt)
    for nonce, piece in _pieces(plain, PIECE):
        closed.write(cipher.encrypt(nonce, piece, label))


def open_into(secrets: Iterable[str], salt: bytes, label: bytes, closed: BinaryIO, plain: BinaryIO) -> None:
    """Write what one of the secrets opens. Raises Broken, and what was written until then is to be thrown away."""
    cipher: AESGCM | None = None
    for nonce, piece in _pieces(closed, PIECE + TAG):
        cipher = cipher or _fitting(secrets, salt, nonce, piece, label)
        try:
            plain.write(cipher.decrypt(nonce, piece, label))
        except InvalidTag:
            raise Broken from None


def _cipher(secret: str, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=COST, r=8, p=1).derive(secret.encode()))


def _fitting(secrets: Iterable[str], salt: bytes, nonce: bytes, piece: bytes, label: bytes) -> AESGCM:
    for secret in secrets:
        cipher = _cipher(secret, salt)
        try:
            cipher.decrypt(nonce, piece, label)
        except InvalidTag:
            continue
        return cipher
    raise Broken


def _pieces(file: BinaryIO, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Nonce and piece; always at least one, so that an empty file can be told from one that was cut to nothing."""
    number, piece = 0, file.read(size)
    while True:
        following = file.read(size)
        yield number.to_bytes(11, "big") + bytes([not following]), piece
        if not following:
            return
        number, piece = number + 1, following
