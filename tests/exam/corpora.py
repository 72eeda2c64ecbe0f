"""What the attacks of the exam are made of. Every list is our own, and short: its rows are combined, not copied."""

from __future__ import annotations

from collections.abc import Sequence


def mangled(id_: str) -> Sequence[str]:
    """An id bent until it must not open anything any more."""
    return (
        f"{id_} ",
        id_.upper() if id_ != id_.upper() else id_.lower(),
        id_[:-1],
        f"{id_}0",
        f"{id_}%",
        "_" * len(id_),
        f"{id_}'--",
        f"{id_}\u200b",
        "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in id_),
        "*",
        "..",
        "None",
        "0",
        "-1",
        "x" * 300,
    )


FORGED: dict[str, str] = {
    "id": "case-T-2002",
    "role": "admin",
    "roles": "admin",
    "is_admin": "yes",
    "therapist_id": "p-otto",
    "author_id": "p-otto",
    "case_id": "case-T-2002",
    "rater_id": "p-cleo",
    "status": "held",
    "choice": "therapist",
    "locked_at": "2020-01-01",
    "made_by": "a-otto",
    "source": "cli",
    "_method": "DELETE",
    "version_id": "9",
    "__class__": "x",
    "person_id": "p-lena",
    "consent": "yes",
    "audience": "all",
    "policy": "never",
}
"""Names of what somebody would like to write, with a value; none of them belongs to the form it is added to."""
