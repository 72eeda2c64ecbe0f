"""A licensed form as browsers meet it: chosen on a page, filled in on a phone and on paper, told to nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests import cast, made_up
from tests.conftest import NOW
from tests.services.test_choosing import KETTLE, LAMP, THERAPIST, use
from tests.web.test_room import Visitor
from tests.web.test_sheets import number
from triad.services import choosing, instruments, invitations, ratings, sheets
from triad.store.db import db
from triad.store.ratings import Answer, LicensedScore, Rating

AFTER = NOW + timedelta(days=9)
STAFF = ("kora", "lena", "ada", "aud", "ines", "ivo", "otto")


@pytest.fixture
def held(cast_: cast.Cast) -> str:
    return cast.encounter(cast_, date(2027, 2, 28), interpreter="p-ines", held=True, id_="enc-held")


def shown(client: Any, address: str) -> tuple[int, str]:
    answer = client.get(address)
    # Without the marks that keep names of another script apart.
    return answer.status_code, re.sub("[\u2066-\u2069]", "", unescape(answer.text))


def stored(*columns: Any) -> list[tuple[Any, ...]]:
    found = sorted(map(tuple, db.session.execute(select(*columns))), key=str)
    db.session.close()
    return found


class Reader(Visitor):
    def through(
        self, token: str, marks: tuple[str, ...], language: str = "ar", choice: str = "therapist"
    ) -> list[str]:
        """Every page that is met on the way."""
        self.open(token)
        self.post("/f/language", language=language, at="")
        pages = [self.post("/f/step", screen="who_sees")]
        for mark in marks:
            line = re.search(r'name="line" value="([^"]+)"', self.page)
            assert line, "this is no question"
            pages.append(self.post("/f/answer", line=line[1], answer=mark))
        pages.append(self.finish(choice))
        return pages


@pytest.fixture
def reader(app: Flask) -> Reader:
    return Reader(app)


def test_the_page_is_for_who_sees_the_case_and_the_choice_for_therapist_and_lead(
    cast_: cast.Cast, sign_in: Callable[..., Any]
) -> None:
    use(cast_, made_up.form())
    page = f"/cases/{cast_.case_id}/rated-with"
    found = {name: shown(sign_in(getattr(cast_, name)), page) for name in STAFF}
    assert {name: status for name, (status, _) in found.items()} == {
        "kora": 200, "lena": 200, "ada": 404, "aud": 404, "ines": 404, "ivo": 404, "otto": 404
    }  # fmt: skip
    assert ["Kettle Scale" in found[name][1] for name in ("lena", "kora", "otto")] == [True, False, False]
    assert ['name="form"' in found[name][1] for name in ("lena", "kora")] == [True, False]
    thea = sign_in(cast_.thea)
    assert cast.post(thea, page, {"form": "none-such"}).status_code == 422
    assert cast.post(thea, page, {"form": KETTLE}).status_code == 303
    told = shown(sign_in(cast_.kora), page)[1]
    assert "It asks the interpreter nothing, who is given the Triad Session Form." in told
    assert "in that language the client is given the Triad Session Form." in told
    assert made_up.NEEDLE not in told
    instruments.end(cast_.lena, instruments.overview(cast_.lena)[0].id)
    assert "cannot be given out now" in shown(thea, page)[1]


def test_a_client_meets_its_words_its_marks_and_no_faces(
    cast_: cast.Cast, held: str, reader: Reader, sign_in: Callable[..., Any]
) -> None:
    use(cast_, made_up.for_all(minimum=-3, maximum=3))
    choosing.choose(cast_.thea, cast_.case_id, LAMP)
    page = shown(sign_in(cast_.thea), f"/sessions/{held}/form")[1]
    assert (
        "Lamp Scale</bdi>: English, Arabic. In any other language the client is given the Triad Session Form." in page
    )
    pages = reader.through(invitations.issue(cast_.thea, held, "ar"), ("-3", "0", "3", "1", "-1"), "ar")
    questions = pages[:5]
    assert [f"{made_up.NEEDLE} l1 CT ar." in questions[0], f"{made_up.NEEDLE} first, ar." in questions[0]] == [
        True
    ] * 2
    assert [f"{made_up.NEEDLE} first, ar." in one for one in questions[1:]] == [False] * 4
    assert [one.count('type="radio" name="answer"') for one in questions] == [7] * 5
    assert ['class="face"' in one for one in questions] == [False] * 5
    assert "-3 · dark" in questions[0]
    assert "Lamp Scale" not in "".join(pages)
    assert stored(Answer.value) == [(-1,), (-3,), (0,), (1,), (3,)]
    assert stored(Rating.mode, Rating.language, Rating.edition) == [("own_device", "ar", "licensed")]
    assert ("CT", "light", -6.0 / 2 * 1) in stored(
        LicensedScore.direction, LicensedScore.subscale, LicensedScore.value
    )


def test_a_paper_sheet_of_it_is_printed_and_typed_in(
    cast_: cast.Cast, held: str, sign_in: Callable[..., Any]
) -> None:
    id_ = use(cast_, made_up.for_all())
    choosing.choose(cast_.thea, cast_.case_id, LAMP)
    page = f"/sessions/{held}/form"
    sheet = unescape(cast.post(sign_in(cast_.thea), f"{page}/paper", {"language": "ar"}, page).text)
    assert (sheet.count("0 · dark"), sheet.count('class="face"')) == (5, 0)
    assert "Society for Kettles" in sheet
    # It may be typed in for as long as any other, though it is given out no more.
    instruments.end(cast_.lena, id_)
    lena = sign_in(cast_.lena)
    assert cast.post(lena, "/sheets", {"number": number(sheet)}).status_code == 303
    status, typing = shown(lena, "/sheets/open")
    assert (status, f"{made_up.NEEDLE} l2 CI ar." in typing) == (200, True)
    assert typing.count('name="l1:CT"') == 11 + len(sheets.MISSING)
    marks = {"l1:CT": "10", "l2:CT": "0", "l1:CI": "declined", "l2:CI": "5", "l3:triad": "7"}
    fields = {**marks, "choice": "lead_only", "step": "send"}
    assert cast.post(lena, "/sheets/open", {**fields, "l1:CT": "11"}).status_code == 422
    assert cast.post(lena, "/sheets/open", fields).status_code == 303
    assert stored(Rating.mode, Rating.version_key) == [("paper_transcribed", id_)]
    assert stored(LicensedScore.direction, LicensedScore.value) == [("CI", 10.0), ("CT", 20.0), ("triad", 7.0)]


def test_staff_form_of_an_earlier_version_is_shown_anew_with_what_was_typed(
    cast_: cast.Cast, held: str, sign_in: Callable[..., Any]
) -> None:
    thea, page = sign_in(cast_.thea), f"/sessions/{held}/rating"
    assert made_up.NEEDLE not in shown(thea, page)[1]
    use(cast_, made_up.for_all())
    choosing.choose(cast_.thea, cast_.case_id, LAMP)
    first = re.search(r'name="seen" value="([^"]+)"', shown(thea, page)[1])
    assert first
    use(cast_, made_up.for_all() | {"version": "2"})
    answer = cast.post(thea, page, {**THERAPIST, "seen": first[1]})
    assert (answer.status_code, stored(Rating.id)) == (412, [])
    assert 'name="l1:TC" value="8" checked' in answer.text
    second = re.search(r'name="seen" value="([^"]+)"', answer.text)
    assert second
    assert cast.post(thea, page, {**THERAPIST, "seen": second[1]}).status_code == 303
    assert stored(Rating.version_key) == [(second[1],)]


def test_scores_stand_below_the_picture_with_threshold_and_source_for_who_sees_it(
    cast_: cast.Cast, held: str, reader: Reader, clock: Any, sign_in: Callable[..., Any]
) -> None:
    use(cast_, made_up.for_all())
    choosing.choose(cast_.thea, cast_.case_id, LAMP)
    ratings.submit(cast_.thea, held, THERAPIST)
    address = f"/cases/{cast_.case_id}/picture"
    pages = ("", "/rated-with", "/picture", "/take-out")
    clock.now = AFTER
    thea = sign_in(cast_.thea)
    before = [cast.unstamped(shown(thea, f"/cases/{cast_.case_id}{page}")[1]) for page in pages]
    clock.now = NOW
    reader.through(invitations.issue(cast_.thea, held, "en"), ("10", "0", "9", "1", "8"), "en", "lead_only")
    clock.now = AFTER
    thea = sign_in(cast_.thea)
    assert [cast.unstamped(shown(thea, f"/cases/{cast_.case_id}{page}")[1]) for page in pages] == before
    own, lead = before[2], shown(sign_in(cast_.lena), address)[1]
    assert ["18 · light enough" in own, made_up.CITED in own] == [True, True]
    # The client's 20 of 20, and 18 for the interpreter: shared with the lead alone.
    assert ["20 · light enough" in page for page in (own, lead)] == [False, True]
    assert made_up.NEEDLE not in own + lead
    for name in ("kora", "ines", "ivo", "otto", "ada", "aud"):
        status, page = shown(sign_in(getattr(cast_, name)), address)
        assert (status, "light enough" in page) == (404, False)


def test_a_tablet_without_network_has_its_screens(cast_: cast.Cast, held: str, sign_in: Callable[..., Any]) -> None:
    from tests.web.test_tablets import hand_over, step
    from triad.services import settings

    settings.change(cast_.ada, {"offline_tablets": "yes"}, [], 0)
    use(cast_, made_up.for_all())
    choosing.choose(cast_.thea, cast_.case_id, LAMP)
    client = sign_in(cast_.thea)
    hand_over(client, held, "ar")
    cast.post(client, "/f/tablet")
    step(client, "/f/language", language="ar")
    screens = client.get("/f/ahead").get_json()["screens"]
    assert [one["name"] for one in screens] == [
        "who_sees", "l1:CT", "l2:CT", "l1:CI", "l2:CI", "l3:triad", "who_helped", "review", "choice"
    ]  # fmt: skip
    assert f"{made_up.NEEDLE} l1 CT ar." in screens[1]["page"]
