"""Secrets (E): outside the database, for their owner alone, none that everybody knows; changed without a break."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.exam.sheet import Reached, Size, address, row
from tests.walks import rotating
from triad import settings

OWN = {"secret_key": "s" * 40, "pepper": "p" * 40, "backup_key": "b" * 40}


@row(
    "E3, E4",
    "keys lie outside the database and for their owner alone; the newest closes, older ones still open",
    "start refused otherwise",
)
def keys_are_kept(size: Size) -> Reached:
    told, holds, red = [], True, True
    with TemporaryDirectory() as name:
        refused, tried = refusals(Path(name))
        with unseen():
            let_in, _ = refusals(Path(name))
    holds &= refused == tried
    red &= let_in < tried
    for database in size.databases:
        with address(database) as url:
            found = rotating.play(url)
            dropped = rotating.play(url, keep_older=False)
        holds &= found.opened == found.kept and not found.old_signs and not found.lain
        red &= dropped.opened < dropped.kept
        told.append(f"{database}: {found.opened} of {found.kept} kinds still open after a change, 0 keys in tables")
    return Reached(f"{refused} of {tried} careless starts refused; {'; '.join(told)}", holds, red)


def refusals(folder: Path) -> tuple[int, int]:
    """Of how many careless ways to keep a secret how many were refused."""
    found = [_refused(way) for way in ways(folder)]
    return sum(found), len(found)


def ways(folder: Path) -> Iterator[dict[str, object]]:
    for key in settings.SECRETS:
        shipped = getattr(settings.load("testing", {}), key)
        demo = getattr(settings.load("demo", {}), key)
        for value in ("short", "x" * 31, shipped, demo):
            yield OWN | {key: value}
            yield OWN | {f"{key}_fallbacks": [value]}
        if key != "backup_key":
            yield OWN | {key: ""}
        for mode in (0o640, 0o604, 0o660, 0o644):
            path = folder / f"{key}-{mode:o}"
            path.write_text("f" * 40)
            path.chmod(mode)
            yield OWN | {f"{key}_file": str(path)}
        yield OWN | {f"{key}_file": str(folder / "none")}
        for other in settings.SECRETS:
            if other != key:
                yield OWN | {key: OWN[other]}
    own = folder / "own.toml"
    own.write_text(f'profile = "production"\npepper = "{"q" * 40}"\n')
    own.chmod(0o644)
    yield OWN | {"profile": str(own)}


def _refused(way: dict[str, object]) -> bool:
    given = dict(way)
    profile = str(given.pop("profile", ""))
    try:
        settings.load(profile, {}, **given)
    except settings.SettingsError:
        return True
    return False


@contextlib.contextmanager
def unseen() -> Iterator[None]:
    """As if nobody looked who can read a file, and what everybody knows."""
    kept = settings.private, settings.SHIPPED
    settings.private, settings.SHIPPED = lambda path: True, ()
    try:
        yield
    finally:
        settings.private, settings.SHIPPED = kept
