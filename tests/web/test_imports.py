"""The import page, as a browser without scripts would use it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from sqlalchemy import func, select

from tests import cast
from tests.cast import Cast
from tests.services.folders import GOOD
from triad.services import context
from triad.store.clinic import Site
from triad.store.ledger import ImportBatch
from triad.web import uploads

SignIn = Callable[[Any], Any]
KIND = "multipart/form-data; boundary=cut"
SITES = b"external_ref,name,zone\nN,<b>Nord</b>,Europe/Berlin\nM,\xe2\x80\xaedroM,Europe/Belrin\n"


def upload(client: Any, files: dict[str, bytes]) -> Any:
    """As a browser sends it; written by hand, since the test client leaves large bodies in files behind."""
    fields = [(b'name="csrf_token"', cast.token(client.get("/import").text).encode())]
    fields += [(f'name="files"; filename="{name}"'.encode(), content) for name, content in files.items()]
    parts = [b"--cut\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % field for field in fields]
    return client.post("/import", data=b"".join(parts) + b"--cut--\r\n", content_type=KIND)


def kept(page: str) -> dict[str, list[str]]:
    """What the hidden fields of the preview would send."""
    found: dict[str, list[str]] = {}
    for name in ("name", "content", "csrf_token"):
        found[name] = [unescape(one) for one in re.findall(rf'name="{name}" value="([^"]*)"', page)]
    return found | {"csrf_token": found["csrf_token"][:1]}


def count(who: Cast, table: Any) -> int:
    with context.look(who.kora) as ctx:
        return ctx.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_folder_goes_in_and_out_again_by_three_clicks(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.kora)
    page = upload(client, {f"{name}.csv": text.encode() for name, text in GOOD.items()})
    assert page.status_code == 200
    assert "16 rows can be written" in page.text
    assert count(cast_, ImportBatch) == 0
    answer = client.post("/import/batches", data=kept(page.text))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/import")
    assert count(cast_, Site) == 3
    listed = client.get("/import").text
    assert "The rows are written." in listed
    undo = re.search(r'action="(/import/batches/[^"]+/undo)"', listed)
    assert undo
    assert cast.post(client, undo[1], page="/import").status_code == 303
    assert count(cast_, Site) == 1
    assert cast.post(client, undo[1], page="/import").status_code == 409


def test_findings_are_shown_beside_row_and_column_with_a_hint(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.kora)
    page = upload(client, {"sites.csv": SITES, "notes.csv": b"a\n"}).text
    assert "This time zone is not known." in page
    assert "Files of this name are not read here." in page
    assert '<bdi dir="auto">Europe/Belrin</bdi>' in page
    assert '<bdi dir="auto">Europe/Berlin</bdi>' in page
    assert "1 row can be written" in page
    assert "<b>Nord</b>" not in page


def test_refused_rows_come_as_a_file(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.kora)
    answer = client.post("/import/rejected/sites", data=kept(upload(client, {"sites.csv": SITES}).text))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="sites-rejected.csv"'
    assert answer.data.decode("utf-8-sig") == "external_ref,name,zone\r\nM,\u202edroM,Europe/Belrin\r\n"
    assert (
        client.post("/import/rejected/cases", data=kept(upload(client, {"sites.csv": SITES}).text)).status_code == 404
    )


@pytest.mark.parametrize(
    ("files", "status", "sentence"),
    [
        ({}, 422, "Choose one or more files."),
        ({"sites.csv": b"external_ref,name,zone\nN,K\xf6ln,Europe/Berlin\n"}, 200, "This file is not in UTF-8."),
        ({"sites.csv": b""}, 200, "This file is empty."),
        ({"sites.csv": b"external_ref,name,zone\nN,\0,Europe/Berlin\n"}, 200, "This is no text file."),
        ({"sites.csv": ",".join(f"c{n}" for n in range(10_000)).encode()}, 200, "This file has too many columns."),
        ({"sites.csv": b"x" * 6_000_000}, 413, "That is too large."),
    ],
)
def test_hostile_uploads_are_answered_in_sentences(
    cast_: Cast, sign_in: SignIn, files: dict[str, bytes], status: int, sentence: str
) -> None:
    page = upload(sign_in(cast_.kora), files)
    assert (page.status_code, sentence in page.text) == (status, True)
    assert count(cast_, ImportBatch) == 0


def test_a_body_of_four_megabytes_is_read_here(cast_: Cast, sign_in: SignIn) -> None:
    page = upload(sign_in(cast_.kora), {"sites.csv": b"external_ref,name,zone\n" + b"x" * 4_000_000})
    assert (page.status_code, "or a cell is far too long" in page.text) == (200, True)


@pytest.mark.parametrize("content", ["", "%%%", "eJw=", "YWJj", "ÿ"])
def test_carried_files_that_were_tampered_with_are_refused(cast_: Cast, sign_in: SignIn, content: str) -> None:
    client = sign_in(cast_.kora)
    for act in ("/import/batches", "/import/rejected/sites"):
        answer = cast.post(client, act, {"name": "sites.csv", "content": content}, page="/import")
        assert (answer.status_code, "did not arrive whole" in answer.text) == (422, True)
    assert cast.post(client, "/import/batches", {}, page="/import").status_code == 422


def test_a_packed_file_that_unfolds_past_the_limit_is_refused(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.kora)
    bomb = uploads.pack(b"x" * (uploads.LARGEST + 1))
    assert len(bomb) < 10_000
    answer = cast.post(client, "/import/batches", {"name": "sites.csv", "content": bomb}, page="/import")
    assert (answer.status_code, "did not arrive whole" in answer.text) == (422, True)


def test_nothing_to_write_is_said(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.kora)
    page = upload(
        client, {"sites.csv": b"external_ref,name,zone,address\nS1,Site Nord,Europe/Berlin,Nordweg 1\n"}
    ).text
    assert "0 rows can be written" in page
    answer = client.post("/import/batches", data=kept(page))
    assert (answer.status_code, "There is nothing to write" in answer.text) == (422, True)


def test_others_see_no_import_page(cast_: Cast, sign_in: SignIn) -> None:
    for actor in (cast_.thea, cast_.ines, cast_.lena, cast_.ada, cast_.aud):
        assert sign_in(actor).get("/import").status_code == 404


def test_every_rule_has_its_sentence() -> None:
    """Codes are written as the first word of a refusal; each must be known to the page."""
    from pathlib import Path

    from triad import domain
    from triad.web.pages import imports

    folder = Path(domain.__file__ or "").parent
    names = ("cells", "proofs", "intake", "intake_rules", "intake_needs", "intake_batch")
    code = "".join((folder / f"{name}.py").read_text("utf-8") for name in names)
    code += (folder.parent / "formats" / "tables.py").read_text("utf-8")
    found = set(re.findall(r'(?:Misread|_unfit)\("(\w+)"', code))
    found |= set(re.findall(r'Against\((?:[^()"]|"[^"]*")*?, "(\w+)"', code))
    found |= set(re.findall(r'against\([\w.]+, "(\w+)"', code))
    assert len(found) > 30
    assert found - set(imports.RULES) == set()
