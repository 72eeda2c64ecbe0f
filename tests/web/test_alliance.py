"""The form and the pictures as pages: what each reader's bytes say, and to whom nothing is there."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests import cast, filled
from tests.conftest import NOW
from triad.services import context, ratings
from triad.store.ratings import Rating

SIX = {"TI": 75.0, "TC": 81.25, "IT": 77.5, "IC": 71.5, "CT": 56.5, "CI": 62.5}
OWN = {"TI": 75.0, "TC": 82.5}
DAY = date(2027, 2, 26)
LOCKED = datetime(2027, 2, 26, 15, 0, tzinfo=NOW.tzinfo)
AFTER_WINDOW = NOW + timedelta(days=7)
THERAPIST = ("bond.1:TC", "bond.2:TC", "goal.1:TC", "task.1:TC", "bond.1:TI", "bond.2:TI", "triad.1:triad")
Enter = Callable[[Any], Any]


@pytest.fixture
def met(cast_: cast.Cast) -> str:
    cast.encounter(cast_, DAY, interpreter="p-ivo", case_id=cast_.other_case_id, held=True, id_="enc-noise")
    return cast.encounter(cast_, DAY, interpreter="p-ines", held=True, id_="enc-met")


def body(browser: Any, url: str) -> tuple[int, str]:
    """Status and page, without the one thing that differs on every load."""
    answer = browser.get(url)
    return answer.status_code, cast.unstamped(answer.text)


def pages(cast_: cast.Cast, met: str) -> list[str]:
    return [f"/sessions/{met}/rating", f"/sessions/{met}/picture", f"/cases/{cast_.case_id}/picture", "/pictures"]


def shown(page: str) -> str:
    """What a page tells: its text and the values it holds for scripts, without the places of lines in pictures."""
    return " ".join([*re.findall(r'data-[a-z]+="([^"]*)"', page), re.sub(r"<[^>]*>", " ", page)])


def rows(page: str) -> list[list[str]]:
    """The cells of the three tables of numbers, without the session and the interpreter."""
    return cells(page.split('<h2 id="numbers">')[-1])


def cells(page: str) -> list[list[str]]:
    found = []
    for row in re.findall(r'<tr><th scope="row">.*?</tr>', page, re.DOTALL):
        cells = re.findall(r'<td class="num"[^>]*>(?:<span>)?(.*?)(?:</span>)?</td>', row)
        found.append([re.sub("[\u2066\u2069]", "", cell) for cell in cells])
    return found


@pytest.mark.parametrize("choice", ["therapist", "lead_only", "statistics_only"])
@pytest.mark.parametrize("moment", [NOW, AFTER_WINDOW])
def test_therapists_pages_before_the_own_lock_are_the_same_bytes_in_both_worlds(
    cast_: cast.Cast, met: str, sign_in: Enter, clock: Any, choice: str, moment: datetime
) -> None:
    clock.now = moment
    thea = sign_in(cast_.thea)
    alone = [body(thea, url) for url in pages(cast_, met)]
    for party in ("interpreter", "client"):
        filled.rating(cast_, met, party, LOCKED, SIX, choice=choice)
    assert [body(thea, url) for url in pages(cast_, met)] == alone
    assert [status for status, _ in alone] == [200, 200, 200, 404]
    filled.rating(cast_, met, "therapist", LOCKED, OWN)
    clock.now = AFTER_WINDOW
    thea = sign_in(cast_.thea)
    assert [body(thea, url) for url in pages(cast_, met)] != alone


@pytest.mark.parametrize("choice", ["lead_only", "statistics_only", "withdrawn"])
@pytest.mark.parametrize("moment", [NOW, AFTER_WINDOW])
def test_therapists_pages_after_the_own_lock_do_not_tell_a_private_client_from_none(
    cast_: cast.Cast, met: str, sign_in: Enter, clock: Any, choice: str, moment: datetime
) -> None:
    for party in ("therapist", "interpreter"):
        filled.rating(cast_, met, party, LOCKED, SIX)
    clock.now = moment
    thea = sign_in(cast_.thea)
    without = [body(thea, url) for url in pages(cast_, met)]
    gone = choice == "withdrawn"
    filled.rating(cast_, met, "client", LOCKED, SIX, choice="therapist" if gone else choice, withdrawn=gone)
    assert [body(thea, url) for url in pages(cast_, met)] == without
    with context.work(cast_.kora) as ctx:
        row = ctx.session.get_one(Rating, f"r-C-{met}")
        row.choice, row.withdrawn_at = "therapist", None
    assert [body(thea, url) for url in pages(cast_, met)] != without


@pytest.mark.parametrize("name", ["ines", "ivo", "kora", "otto", "ada", "aud"])
def test_everybody_else_gets_the_same_404_for_a_picture_as_for_nothing(
    cast_: cast.Cast, met: str, sign_in: Enter, clock: Any, name: str
) -> None:
    browser = sign_in(getattr(cast_, name))
    nothing = [body(browser, "/sessions/none/picture"), body(browser, "/cases/none/picture")]
    before = [body(browser, url) for url in pages(cast_, met)[1:3]]
    filled.all_three(cast_, met, LOCKED, SIX)
    after = [body(browser, url) for url in pages(cast_, met)[1:3]]
    assert nothing == before == after
    assert [status for status, _ in after] == [404, 404]
    assert body(browser, "/pictures")[0] == 404
    assert body(sign_in(cast_.lena), pages(cast_, met)[2])[0] == 200


def test_interpreters_form_page_is_the_same_bytes_whatever_the_others_sent(
    cast_: cast.Cast, met: str, sign_in: Enter
) -> None:
    ines = sign_in(cast_.ines)
    url = pages(cast_, met)[0]
    alone = body(ines, url)
    for party in ("therapist", "client"):
        filled.rating(cast_, met, party, LOCKED, SIX)
    assert body(ines, url) == alone
    filled.rating(cast_, met, "interpreter", LOCKED, SIX)
    assert body(ines, url) != alone


def test_numbers_on_the_pages_are_the_numbers_stored(cast_: cast.Cast, met: str, sign_in: Enter) -> None:
    filled.all_three(cast_, met, LOCKED, {**SIX, "TC": 87.5})
    table = [
        ["75", "77.5", "−2.5"],
        ["87.5", "56.5", "31"],
        ["71.5", "62.5", "9"],
    ]
    browser = sign_in(cast_.thea)
    for url in pages(cast_, met)[1:3]:
        page = browser.get(url).text
        assert rows(page)[:3] == table
        # On the page of the case therapist and client have their tasks beside the bonds.
        assert rows(page)[3:] == [["not available", "not available", "87.5", "56.5"]] * ("/cases/" in url)
        drawn = dict(re.findall(r'data-direction="(\w\w)" data-value="([\d.]+)"', page))
        assert drawn == {"TI": "75", "TC": "87.5", "IT": "77.5", "IC": "71.5", "CT": "56.5", "CI": "62.5"}
        said = re.sub("[\u2066-\u2069]", "", page)
        assert "You and the client, bond: 87.5 and 56.5, gap 31 (no norm yet)." in said
        assert "not validated" in page


def test_six_numbers_of_one_session_are_said_drawn_and_listed_with_their_ranges(
    cast_: cast.Cast, met: str, sign_in: Enter
) -> None:
    filled.all_three(cast_, met, LOCKED, {**SIX, "TI": 100.0, "IT": 100.0, "TC": 25.0, "IC": 31.25})
    page = re.sub("[\u2066-\u2069]", "", sign_in(cast_.thea).get(pages(cast_, met)[1]).text)
    part = page.split('<h2 id="six">')[1].split('<h2 id="numbers">')[0]
    assert "All six ratings together: 62.5, likely between 54.8 and 70.3." in part
    assert "The client may feel outside: the other two are closer, by 56.2 points." in part
    assert "The client: more is given than comes back, by 31.4 points." in part
    assert "Further apart than measurement error alone: You and the client; Ines and the client." in part
    assert "an assumed measurement error of 9.7 points, which no clinic has measured" in part
    assert cells(part) == [
        ["62.5", "54.8", "70.3"],
        *(["100", "86.6", "100"], ["40.8", "27.3", "54.2"], ["46.9", "33.4", "60.3"]),
        *(["−23.5", "−40", "−7"], ["−32.7", "−49.2", "−16.2"], ["56.2", "39.7", "72.7"]),
        *(["−15.8", "−34.8", "3.3"], ["−15.6", "−34.6", "3.4"], ["31.4", "12.4", "50.4"]),
        *(["0", "−26.9", "26.9"], ["−31.5", "−58.4", "−4.6"], ["−31.3", "−58.1", "−4.4"]),
        ["0", "−7.7", "7.8"],
    ]
    drawn = re.findall(r'<g data-row="([^"]*)">', part)
    assert (len(drawn), drawn[:2]) == (14, ["62.5417", "100"])


def test_six_numbers_need_every_rating_they_are_made_of(
    cast_: cast.Cast, met: str, sign_in: Enter, clock: Any
) -> None:
    filled.all_three(cast_, met, LOCKED, SIX, "lead_only")
    clock.now = AFTER_WINDOW
    parts = {}
    for actor in (cast_.thea, cast_.lena):
        page = sign_in(actor).get(pages(cast_, met)[1]).text
        parts[actor.name] = page.split('<h2 id="six">')[1].split('<h2 id="numbers">')[0]
    nothing = ["not available"] * 3
    known = [place for place, row in enumerate(cells(parts["Thea"])) if row != nothing]
    # The bond and the gap of therapist and interpreter: the client's part is in all the others.
    assert known == [1, 10]
    assert "need all six ratings: not available here" in parts["Thea"]
    assert "All six ratings together" not in parts["Thea"]
    assert parts["Thea"].count('data-row=""') == 12
    assert nothing not in cells(parts["Lena"])


@pytest.mark.parametrize("choice", ["lead_only", "statistics_only"])
def test_pages_of_the_therapist_hold_no_number_the_client_kept(
    cast_: cast.Cast, met: str, sign_in: Enter, clock: Any, choice: str
) -> None:
    filled.all_three(cast_, met, LOCKED, SIX, choice)
    clock.now = AFTER_WINDOW
    for actor, seen in ((cast_.thea, False), (cast_.lena, choice == "lead_only")):
        browser = sign_in(actor)
        for url in pages(cast_, met)[1:3]:
            page = shown(browser.get(url).text)
            assert [number in page for number in ("56.5", "62.5")] == [seen, seen]
            assert [number in page for number in ("77.5", "71.5")] == [True, True]


def test_withdrawn_numbers_leave_the_pages_at_once(cast_: cast.Cast, met: str, sign_in: Enter) -> None:
    filled.all_three(cast_, met, LOCKED, SIX)
    thea = sign_in(cast_.thea)
    assert "56.5" in thea.get(pages(cast_, met)[1]).text
    with context.work(cast_.kora) as ctx:
        ctx.session.get_one(Rating, f"r-C-{met}").withdrawn_at = ctx.now
    for url in pages(cast_, met)[1:3]:
        page = shown(thea.get(url).text)
        assert [number in page for number in ("56.5", "62.5")] == [False, False]


def test_lead_finds_cases_in_the_asked_order(cast_: cast.Cast, met: str, sign_in: Enter) -> None:
    lena = sign_in(cast_.lena)
    assert "Nothing has been released yet." in lena.get("/pictures").text
    filled.all_three(cast_, met, LOCKED, SIX)
    page = lena.get("/pictures?order=changed").text
    assert rows(page) == [["", "1", "1", "70.7", "not available"]]
    assert "T-1001" in page
    assert "T-2002" not in page
    assert "Ines" not in page


def test_case_without_a_session_says_so(cast_: cast.Cast, sign_in: Enter) -> None:
    page = sign_in(cast_.thea).get(f"/cases/{cast_.case_id}/picture")
    assert (page.status_code, "No session of this case has begun." in page.text) == (200, True)


def test_picture_with_no_number_at_all_is_a_page(cast_: cast.Cast, met: str, sign_in: Enter) -> None:
    page = sign_in(cast_.thea).get(f"/sessions/{met}/picture").text
    assert rows(page) == [["not available"] * 3] * 3
    assert "Your own form about this session is not in." in page


def test_case_over_several_sessions_counts_both_sides_and_marks_the_new_interpreter(
    cast_: cast.Cast, met: str, sign_in: Enter
) -> None:
    for n, person in enumerate(("p-ines", "p-ivo")):
        cast.encounter(cast_, DAY + timedelta(days=1 + n), interpreter=person, held=True, id_=f"enc-{n}")
    filled.all_three(cast_, met, LOCKED, SIX)
    page = re.sub("[\u2066-\u2069]", "", sign_in(cast_.thea).get(f"/cases/{cast_.case_id}/picture").text)
    assert "Session 1; both sides are available in 1 of 3 sessions." in page
    assert page.count("new from here") == 3
    assert "new interpreter from session 3" in page


def test_form_sent_is_stored_and_says_until_when_it_can_be_corrected(
    cast_: cast.Cast, met: str, sign_in: Enter, clock: Any
) -> None:
    thea, url = sign_in(cast_.thea), f"/sessions/{met}/rating"
    page = thea.get(url).text
    assert (page.count('type="radio"'), " checked" in page.split("<details")[-2]) == (42, False)
    answer = cast.post(thea, url, dict.fromkeys(THERAPIST, "4"))
    assert (answer.status_code, answer.headers["Location"]) == (303, url)
    page = thea.get(url).text
    assert "Until 10:10 you can correct it here." in page
    assert page.count('value="4" checked') == 7
    clock.forward(minutes=10)
    page = thea.get(url).text
    assert "It cannot be changed any more." in page
    assert 'type="radio"' not in page


def test_form_with_an_open_line_comes_back_with_what_was_given(cast_: cast.Cast, met: str, sign_in: Enter) -> None:
    thea, url = sign_in(cast_.thea), f"/sessions/{met}/rating"
    answer = cast.post(thea, url, dict.fromkeys(THERAPIST[:-1], "2"))
    assert answer.status_code == 422
    assert answer.text.count('value="2" checked') == 6
    assert answer.text.count("This is needed.") == 1
    assert ratings.own(cast_.thea, met) is None
    assert cast.post(thea, url, dict.fromkeys(THERAPIST, "2")).status_code == 303
    assert ratings.own(cast_.thea, met) is not None


def test_form_sent_twice_after_the_lock_is_over(cast_: cast.Cast, met: str, sign_in: Enter, clock: Any) -> None:
    thea, url = sign_in(cast_.thea), f"/sessions/{met}/rating"
    token = cast.token(thea.get(url).text)
    fields = {**dict.fromkeys(THERAPIST, "2"), "csrf_token": token}
    assert [thea.post(url, data=fields).status_code for _ in range(2)] == [303, 303]
    clock.forward(minutes=10)
    answer = thea.post(url, data={**fields, "bond.1:TC": "5"})
    assert (answer.status_code, "This is over." in answer.text) == (410, True)


@pytest.mark.parametrize(
    ("name", "status"), [("otto", 404), ("ivo", 404), ("lena", 404), ("kora", 404), ("ines", 200)]
)
def test_form_is_for_the_two_staff_of_the_session(
    cast_: cast.Cast, met: str, sign_in: Enter, name: str, status: int
) -> None:
    assert sign_in(getattr(cast_, name)).get(f"/sessions/{met}/rating").status_code == status
