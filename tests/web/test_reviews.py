"""The pages of languages as a browser without scripts meets them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from tests import cast, reviewed
from tests.cast import Cast
from triad.domain import languages, packs
from triad.domain.packs import Said
from triad.formats import wordings
from triad.services import invitations, reviews
from triad.web import reviews as words

SignIn = Callable[[Any], Any]
ALL = len(packs.asked(wordings.wording("en"), wordings.wording("ar")))
SIGNED = {"name": "Dr. Nadia", "credential": "Sworn translator", "day": "2027-02-28"}


def seen(client: Any, tag: str = "ar") -> str:
    found = re.search(r'name="seen" value="(\w+)"', client.get(f"/languages/{tag}").text)
    assert found
    return found[1]


def post(client: Any, path: str, fields: dict[str, Any] | None = None, **more: Any) -> Any:
    page = client.get("/languages/ar").text
    data = {**(fields or {}), "csrf_token": cast.token(page)}
    return client.post(f"/languages/ar/{path}", data=data, **more)


def text(answer: Any) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", answer.text))


def test_the_list_says_what_is_ready_and_what_is_missing(cast_: Cast, sign_in: SignIn) -> None:
    kora = sign_in(cast_.kora)
    page = kora.get("/languages").text
    assert "<h1>2 languages that are needed are not ready for clients</h1>" in page
    assert page.count("<tr>") == 1 + len(languages.CLIENT_LANGUAGES)
    assert len(re.findall(r'class="row-link" href="/languages/[\w-]+"', page)) == len(wordings.languages()) - 1
    assert f"{ALL} texts to judge" in page
    assert ("Texts in this language" in page) is (len(wordings.languages()) < len(languages.CLIENT_LANGUAGES))
    for tag in ("ar", "ti"):
        reviewed.out(cast_, tag)
    page = kora.get("/languages").text
    assert "<h1>3 languages are ready for clients</h1>" in page
    assert page.count("Ready for clients") == 2


def test_numbers_stand_only_where_they_may(cast_: Cast, sign_in: SignIn) -> None:
    assert "Open cases" in sign_in(cast_.lena).get("/languages").text
    page = sign_in(cast_.ines).get("/languages").text
    assert ("Open cases" in page, 'href="/languages/ti"' in page) == (False, True)


@pytest.mark.parametrize("tag", ["ar", "ti", "uk"])
def test_every_text_stands_beside_its_source_in_its_own_direction(cast_: Cast, sign_in: SignIn, tag: str) -> None:
    kora = sign_in(cast_.kora)
    desk = reviews.show(cast_.kora, tag).desk
    pages = {part: unescape(kora.get(f"/languages/{tag}?part={part}").text) for part in words.PARTS}
    for unit in desk.units:
        page = pages[words.part(unit)]
        assert f'<p lang="en" dir="ltr">{unit.source}</p>' in page
        assert f'<p class="unit-draft" lang="{tag}" dir="{languages.direction(tag)}">{unit.text}</p>' in page
        assert words.where(unit) in page
    assert ("part=staff" in pages["questions"]) is desk.wording.has_staff


def test_every_text_of_a_screen_has_a_place() -> None:
    places = [start for _, starts in words.PLACES for start in starts]
    assert [key for key in wordings.wording("en").ui if not key.startswith(tuple(places))] == []
    assert [one for one in places if not any(key.startswith(one) for key in wordings.wording("en").ui)] == []


def test_what_is_said_is_kept_and_shown_again(cast_: Cast, sign_in: SignIn) -> None:
    thea = sign_in(cast_.thea)
    fields = {
        "seen": seen(thea),
        "part": "questions",
        "verdict:bond.1:CT": "change",
        "proposed:bond.1:CT": "نص آخر.",
        "back:bond.1:CT": "Another <text>.",
        "verdict:anchor:1": "ok",
        "comment:anchor:2": "",
    }
    answer = post(thea, "reviews", fields)
    assert (answer.status_code, answer.location) == (303, "/languages/ar?part=questions")
    page = thea.get("/languages/ar").text
    assert "2 texts judged." in page
    assert 'name="verdict:bond.1:CT" value="change" checked' in page
    assert ("Another &lt;text&gt;." in page, "<text>" in page) == (True, False)
    assert f"{ALL - 2} texts to judge · 1 change to decide" in re.sub(r"\s+", " ", page)
    other = sign_in(cast_.otto).get("/languages/ar").text
    assert re.search(r"Change</span></span> <bdi dir=\"auto\">Thea</bdi>", other)
    assert 'value="change" checked' not in other


def test_what_does_not_fit_is_told_beside_its_field_and_kept(cast_: Cast, sign_in: SignIn) -> None:
    thea = sign_in(cast_.thea)
    fields = {
        "seen": seen(thea),
        "verdict:ui:progress": "change",
        "proposed:ui:progress": "{n} بلا آخر",
        "verdict:ui:next": "ok",
        "part": "screens",
    }
    answer = post(thea, "reviews", fields)
    page = unescape(answer.text)
    assert answer.status_code == 422
    assert page.count("field-error") == 1
    assert "Keep what stands in curly brackets as it is." in page
    assert ("{n} بلا آخر" in page, 'name="verdict:ui:next" value="ok" checked' in page) == (True, True)
    assert reviews.show(cast_.thea, "ar").mine == {}


@pytest.mark.parametrize("fields", [{"role": "admin"}, {"verdict": "ok"}, {"verdict:": "ok"}, {"text:ui:next": "x"}])
def test_no_other_field_is_taken(cast_: Cast, sign_in: SignIn, fields: dict[str, str]) -> None:
    thea = sign_in(cast_.thea)
    good = {"seen": seen(thea), "verdict:ui:next": "ok"}
    assert post(thea, "reviews", good | fields).status_code == 422
    assert reviews.show(cast_.thea, "ar").mine == {}
    assert post(thea, "reviews", good).status_code == 303


def test_only_what_is_open(cast_: Cast, sign_in: SignIn) -> None:
    thea = sign_in(cast_.thea)
    now = reviewed.seen(cast_.thea)
    reviews.say(cast_.thea, "ar", now, {"anchor:1": Said("ok"), "anchor:2": Said("query", comment="Why?")})
    page = thea.get("/languages/ar?open=yes").text
    assert ['name="verdict:anchor:1"' in page, 'name="verdict:anchor:2"' in page] == [False, True]
    reviewed.all_right(cast_.thea)
    assert "Nothing is open here." in thea.get("/languages/ar?open=yes").text
    assert "Nothing is open here." not in thea.get("/languages/ar").text


def test_a_page_that_is_too_old_changes_nothing(cast_: Cast, sign_in: SignIn) -> None:
    thea = sign_in(cast_.thea)
    old = seen(thea)
    reviews.say(cast_.otto, "ar", old, {"ui:next": Said("change", proposed="التالي!")})
    number = reviews.show(cast_.otto, "ar").mine["ui:next"].number
    assert post(thea, "changes", {"seen": old, "take": str(number)}).status_code == 303
    for path, fields in (
        ("reviews", {"verdict:ui:back": "ok"}),
        ("changes", {"take": str(number)}),
        ("steps", {**SIGNED, "step": "human_forward"}),
    ):
        answer = post(thea, path, {"seen": old, **fields})
        assert (answer.status_code, "Somebody changed this before you" in answer.text) == (412, True)
    assert reviews.show(cast_.thea, "ar").mine == {}


def test_the_walk_through_the_pages_to_a_client(cast_: Cast, sign_in: SignIn) -> None:
    thea, lena = sign_in(cast_.thea), sign_in(cast_.lena)
    strict = reviewed.strict(cast_.thea)
    units = reviews.show(cast_.thea, "ar").desk.units
    assert "Sign this step" not in thea.get("/languages/ar").text
    fields = {f"verdict:{unit.key}": "ok" for unit in units} | {f"back:{unit.key}": "Back." for unit in units}
    assert post(thea, "reviews", {"seen": seen(thea), **fields}).status_code == 303
    for step in reviewed.WALK:
        assert f'name="step" value="{step}"' in thea.get("/languages/ar").text
        assert post(thea, "steps", {"seen": seen(thea), **SIGNED, "step": step}).status_code == 303
        assert "Signed, for exactly these texts." in thea.get("/languages/ar").text
    assert "A clinical lead who did not sign it lets it out." in thea.get("/languages/ar").text
    assert [one.language for one in invitations.offered(strict)] == ["en"]
    assert "Let it out to clients" in lena.get("/languages/ar").text
    assert post(lena, "release", {"seen": seen(lena)}).status_code == 303
    assert [one.language for one in invitations.offered(strict)] == ["ar", "en"]
    history = text(thea.get("/languages/ar"))
    assert ("Dr. Nadia , Sworn translator" in re.sub(r"\s+", " ", history), "28 Feb 2027" in history) == (True, True)
    assert post(lena, "withdrawal").status_code == 303
    assert [one.language for one in invitations.offered(strict)] == ["en"]


def test_a_lead_who_signed_is_told_why_not(cast_: Cast, sign_in: SignIn) -> None:
    lena = sign_in(cast_.lena)
    reviewed.walk(cast_, by=cast_.lena)
    assert "another clinical lead has to let them out" in lena.get("/languages/ar").text
    answer = post(lena, "release", {"seen": seen(lena)})
    assert (answer.status_code, answer.text.count("another clinical lead has to let them out")) == (403, 2)


def test_a_signature_that_does_not_fit_keeps_what_was_typed(cast_: Cast, sign_in: SignIn) -> None:
    thea = sign_in(cast_.thea)
    reviewed.all_right(cast_.thea)
    written = {"seen": seen(thea), **SIGNED, "day": "2027-03-02", "credential": "", "step": "human_forward"}
    answer = post(thea, "steps", written)
    assert answer.status_code == 422
    assert ("This day is still to come." in answer.text, "This is needed." in answer.text) == (True, True)
    assert 'value="Dr. Nadia"' in answer.text
    assert reviews.show(cast_.thea, "ar").history == ()


def test_who_may_not_sign_sees_no_place_to(cast_: Cast, sign_in: SignIn) -> None:
    reviewed.all_right(cast_.thea)
    ines, ada = sign_in(cast_.ines), sign_in(cast_.ada)
    for client in (ines, ada):
        page = client.get("/languages/ar").text
        assert ["Sign this step" in page, "Retire this wording" in page] == [False, False]
        for path in ("steps", "changes", "release", "withdrawal"):
            assert post(client, path).status_code == 404
    assert 'name="verdict:bond.1:CT"' in ines.get("/languages/ar").text
    assert 'name="verdict:bond.1:CT"' not in ada.get("/languages/ar").text
    assert "Sign this step" in sign_in(cast_.kora).get("/languages/ar").text


def test_the_file_goes_out_and_comes_back(cast_: Cast, sign_in: SignIn) -> None:
    kora = sign_in(cast_.kora)
    answer = post(kora, "file")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="wording-ar.csv"'
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert lines[1].startswith("bond.1:CT,Question to the client about the therapist,I had trust")
    filled = "\r\n".join([lines[0], lines[1][:-4] + ",ok,,Fine,Back", lines[2][:-4] + ",change,,,"]).encode()
    sent = {"file": (io.BytesIO(filled), "back.csv"), "name": "Nadia <b>", "interprets": "yes"}
    page = post(kora, "import", sent, content_type="multipart/form-data")
    assert page.status_code == 200
    assert "<h1>1 row can be written</h1>" in page.text
    assert ("This is needed." in page.text, "Nadia &lt;b&gt;" in page.text) == (True, True)
    assert reviews.show(cast_.kora, "ar").desk.counts["helped"] == 0
    found = re.search(r'name="content" value="([^"]+)"', page.text)
    assert found
    kept = {"content": found[1], "name": "Nadia <b>", "interprets": "yes"}
    assert post(kora, "import/rows", kept).status_code == 303
    assert reviews.show(cast_.kora, "ar").desk.counts["helped"] == 1
    again = post(kora, "import/rows", kept)
    assert (again.status_code, "There is nothing new in this file." in again.text) == (422, True)


@pytest.mark.parametrize(
    ("content", "sentence"), [(b"", "This file is empty."), (b"a,b\n1,2\n", "A column is missing.")]
)
def test_a_file_that_is_none_is_told_beside_it(cast_: Cast, sign_in: SignIn, content: bytes, sentence: str) -> None:
    kora = sign_in(cast_.kora)
    sent = {"file": (io.BytesIO(content), "x.csv"), "name": "Nadia"}
    answer = post(kora, "import", sent, content_type="multipart/form-data")
    assert (answer.status_code, sentence in answer.text, 'value="Nadia"' in answer.text) == (422, True, True)
    assert post(kora, "import/rows", {"content": "x", "name": "Nadia"}).status_code == 422
    assert post(kora, "import", {"name": ""}).status_code == 422


def test_the_source_and_other_words_are_nowhere(cast_: Cast, sign_in: SignIn) -> None:
    kora = sign_in(cast_.kora)
    assert [kora.get(f"/languages/{tag}").status_code for tag in ("en", "xx", "ku", "ar")] == [404, 404, 404, 200]
