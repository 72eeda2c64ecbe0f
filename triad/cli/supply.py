"""`triad supply`: what Triad is made of, by its lock file: licences for people, a bill of materials for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import click

LOCK, LICENCES, BILL = "requirements.lock", Path("docs") / "licences.md", Path("docs") / "sbom.cdx.json"
LINE = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?:\s*;\s*([^\\]+?))?\s*\\?$", re.MULTILINE)
HEAD = """# What Triad is made of

Made by `triad supply write` from `requirements.lock`: what a clinic installs, each file of it pinned by its hash.
Triad itself: AGPL-3.0-or-later. The Noto fonts: OFL-1.1.

| package | version | licence | where |
|---|---|---|---|
"""
FIT = {
    *("MIT", "MIT-0", "ISC", "0BSD", "Zlib", "CC0-1.0", "Unlicense", "PSF-2.0", "Python-2.0", "HPND"),
    *("BSD", "BSD-2-Clause", "BSD-3-Clause", "BSD License", "MIT License"),
    *("Apache-2.0", "Apache License, Version 2.0", "Apache Software License"),
    *("MPL-2.0", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "ZPL 2.1", "ZPL-2.1"),
}
"""Licences whose works may be part of one under the AGPL, by the names their makers write."""
READ = {"huey": "MIT"}
"""Packages that carry the text of their licence and not its name: read by us."""


@dataclass(frozen=True)
class Part:
    """`where` is the condition under which it is installed; "" for everywhere. `licence` "" where none is told."""

    name: str
    version: str
    where: str
    licence: str


@click.group("supply")
def command() -> None:
    """What Triad is made of, and under which licences."""


@command.command()
def write() -> None:
    """Write docs/licences.md and docs/sbom.cdx.json anew from requirements.lock."""
    for path, text in made(Path()).items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        click.echo(f"Written: {path}")


@command.command()
def check() -> None:
    """Are both fresh, and does every licence fit ours? Needs no network."""
    if old := stale(Path()):
        raise click.ClickException(f"Not fresh: {', '.join(old)}. Run: triad supply write")
    if odd := unfit(parts(Path())):
        raise click.ClickException(f"Look at these licences: {', '.join(odd)}")
    click.echo(f"{len(parts(Path()))} packages, every licence fits.")


def made(root: Path) -> dict[Path, str]:
    """Path -> content, as it should be."""
    found = parts(root)
    rows = "".join(f"| {one.name} | {one.version} | {one.licence} | {one.where or 'everywhere'} |\n" for one in found)
    return {root / LICENCES: HEAD + rows, root / BILL: json.dumps(_bill(found), indent=1) + "\n"}


def stale(root: Path) -> list[str]:
    return [path.name for path, text in made(root).items() if not path.is_file() or path.read_text("utf-8") != text]


def parts(root: Path) -> list[Part]:
    """Everything in the lock file. What is not installed everywhere is told as the bill told it before."""
    lock = (root / LOCK).read_text("utf-8")
    before = _told(root / BILL)
    found = []
    for name, version, where in LINE.findall(lock):
        told, here = before.get(f"{name}@{version}", ""), _licence(name, version)
        found.append(Part(name, version, where.strip(), (told or here) if where else (here or told)))
    # Of two versions for different machines one is here, and speaks for the other until somebody looks.
    known = {one.name: one.licence for one in found if one.licence}
    return [replace(one, licence=one.licence or known.get(one.name, "")) for one in found]


def unpinned(lock: str) -> list[str]:
    """Lines that name a package without its exact version, or without a hash."""
    blocks = re.split(r"\n(?=\S)", lock)
    named = [block for block in blocks if block.strip() and not block.startswith(("#", "-"))]
    return [block.split()[0] for block in named if not LINE.match(block) or "--hash=sha256:" not in block]


def unfit(found: Iterable[Part]) -> list[str]:
    """Packages whose licence is not known to go with ours, each with what it says."""
    return [f"{one.name} ({one.licence or 'none told'})" for one in found if not _fits(one.licence)]


def _fits(licence: str) -> bool:
    if licence in FIT:
        return True
    ways = re.split(r"\s+OR\s+", licence.strip("()"))
    return any(all(word.strip("() ") in FIT for word in re.split(r"\s+AND\s+", way)) for way in ways)


def _licence(name: str, version: str) -> str:
    """What the installed package says; "" where it is not this version, or says nothing short."""
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    if told["Version"] != version:
        return ""
    said = [text for key in ("License-Expression", "License") if (text := str(told[key] or "")) not in ("", "None")]
    if said and len(said[0]) <= 80 and "\n" not in said[0]:
        return said[0]
    kinds = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier") or () if line.startswith("License ::")]
    return " OR ".join(kinds) or READ.get(name, "")


def _told(path: Path) -> Mapping[str, str]:
    if not path.is_file():
        return {}
    components = json.loads(path.read_text("utf-8"))["components"]
    return {f"{one['name']}@{one['version']}": _named(one) for one in components}


def _named(component: Mapping[str, Any]) -> str:
    held: Mapping[str, Any] = next(iter(component.get("licenses", ())), {})
    return str(held.get("expression") or held.get("license", {}).get("name", ""))


def _bill(found: Iterable[Part]) -> dict[str, Any]:
    """CycloneDX 1.6; neither number nor moment, so that the same lock file gives the same bill."""
    own = {"type": "application", "name": "triad", "licenses": [{"expression": "AGPL-3.0-or-later"}]}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": own},
        "components": [_component(one) for one in found],
    }


def _component(part: Part) -> dict[str, Any]:
    purl = f"pkg:pypi/{part.name.lower().replace('_', '-')}@{part.version}"
    component = {"type": "library", "bom-ref": purl, "name": part.name, "version": part.version, "purl": purl}
    if part.licence:
        plain = part.licence in FIT and (" " in part.licence or part.licence == "BSD")
        licence = {"license": {"name": part.licence}} if plain else {"expression": part.licence}
        component |= {"licenses": [licence]}  # type: ignore[dict-item]
    if part.where:
        component |= {"properties": [{"name": "triad:where", "value": part.where}]}  # type: ignore[dict-item]
    return component
