"""Pages speak to no database: each test of them runs on one of the two, by turns of their names."""

from __future__ import annotations

import zlib

import pytest

from tests.conftest import KINDS


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    named = any(mark.args[0] == "database" for mark in metafunc.definition.iter_markers("parametrize"))
    if "database" in metafunc.fixturenames and not named:
        turn = zlib.crc32(metafunc.definition.name.encode()) % len(KINDS)
        both = metafunc.config.getoption("all_pages")
        metafunc.parametrize("database", KINDS if both else [KINDS[turn]], indirect=True)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)
