"""What Triad is made of is told as the lock file has it, pinned by hashes, under licences that go with ours."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from triad.cli import supply
from triad.cli.supply import Part

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-pdf.lock")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy that can be changed."""
    for name in (supply.LOCK, supply.LICENCES, supply.BILL):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_list_and_bill_are_fresh() -> None:
    assert supply.stale(ROOT) == []
    bill = json.loads((ROOT / supply.BILL).read_text("utf-8"))
    assert [one["name"] for one in bill["components"]] == [one.name for one in supply.parts(ROOT)]
    assert len(bill["components"]) > 40


def test_another_version_makes_them_stale(root: Path) -> None:
    lock = (root / supply.LOCK).read_text("utf-8")
    (root / supply.LOCK).write_text(lock.replace("segno==1.6.6", "segno==1.6.7"), "utf-8")
    assert supply.stale(root) == ["licences.md", "sbom.cdx.json"]


def test_every_licence_fits() -> None:
    assert supply.unfit(supply.parts(ROOT)) == []


@pytest.mark.parametrize("licence", ["", "Proprietary", "MIT AND SSPL-1.0", "GPL-2.0-only", "BUSL-1.1 OR SSPL-1.0"])
def test_a_licence_that_does_not_fit_is_found(licence: str) -> None:
    assert supply.unfit([Part("odd", "1", "", licence)]) == [f"odd ({licence or 'none told'})"]


@pytest.mark.parametrize("licence", ["MIT", "MIT AND Zlib", "SSPL-1.0 OR MIT", "Apache License, Version 2.0"])
def test_a_licence_that_fits_is_left_alone(licence: str) -> None:
    assert supply.unfit([Part("even", "1", "", licence)]) == []


@pytest.mark.parametrize("name", LOCKS)
def test_everything_is_pinned_by_its_hash(name: str) -> None:
    assert supply.unpinned((ROOT / name).read_text("utf-8")) == []


@pytest.mark.parametrize(
    "lock",
    ["flask>=3.1 \\\n    --hash=sha256:00", "flask==3.1.3", "flask==3.1.3 \\\n    --hash=md5:00"],
)
def test_what_is_not_pinned_is_found(lock: str) -> None:
    whole = "click==8.5.1 \\\n    --hash=sha256:00\n"
    assert supply.unpinned(whole + lock) == [lock.split()[0]]
