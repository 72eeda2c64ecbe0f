"""Notes, agreement and goals as pages: what leaves the house, and what a form keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests import cast
from tests.cast import Cast
from tests.services.test_notes import NOTE, SECRET, SHARED, write_both

SignIn = Callable[[Any], Any]
PAGES = ("notes", "agreement", "goals")


@pytest.mark.parametrize("name", ["kora", "otto", "ines", "ivo", "lena", "ada", "aud"])
def test_pages_of_the_therapist_leak_nothing(cast_: Cast, sign_in: SignIn, name: str) -> None:
    cast.encounter(cast_, interpreter="p-ines")
    write_both(cast_)
    client = sign_in(getattr(cast_, name))
    for page in PAGES:
        answer, absent = client.get(f"/cases/{cast_.case_id}/{page}"), client.get(f"/cases/nowhere/{page}")
        assert (answer.status_code, absent.status_code) == (404, 404)
        assert not [word for word in (SHARED, SECRET, "Cleo Client") if word in answer.text]
    thea = sign_in(cast_.thea)
    assert [thea.get(f"/cases/{cast_.case_id}/{page}").status_code for page in PAGES] == [200, 200, 200]
    assert SECRET in thea.get(f"/cases/{cast_.case_id}/notes").text


def test_briefing_page_shows_shared_notes_without_name_or_secret(cast_: Cast, sign_in: SignIn) -> None:
    cast.encounter(cast_, interpreter="p-ines")
    write_both(cast_)
    text = sign_in(cast_.ines).get(f"/cases/{cast_.case_id}/briefing").text
    assert (SHARED in text, "K-cleo" in text, SECRET in text, "Cleo Client" in text) == (True, True, False, False)
    assert '<bdi dir="auto" lang="ti">say ሓዘን' in text
    for name in ("kora", "otto", "ivo", "lena"):
        answer = sign_in(getattr(cast_, name)).get(f"/cases/{cast_.case_id}/briefing")
        assert (answer.status_code, SHARED in answer.text) == (404, False)


def test_form_with_a_bad_line_keeps_everything_and_says_it_beside(cast_: Cast, sign_in: SignIn) -> None:
    client, url = sign_in(cast_.thea), f"/cases/{cast_.case_id}/notes"
    answer = cast.post(client, url, NOTE | {"text": "kept <b>words</b>", "review_on": "soon"})
    assert answer.status_code == 422
    assert "kept &lt;b&gt;words&lt;/b&gt;" in answer.text
    assert 'id="f-review_on-error"' in answer.text
    assert '<option value="family" selected>' in answer.text


def test_note_is_added_confirmed_and_changed_by_its_forms(cast_: Cast, sign_in: SignIn) -> None:
    client, url = sign_in(cast_.thea), f"/cases/{cast_.case_id}/notes"
    assert cast.post(client, url, NOTE).status_code == 303
    page = client.get(url).text
    assert SHARED in page
    one = page.split(f'href="{url}/')[1].split('"')[0]
    assert cast.post(client, f"{url}/{one}/confirm", {"version": "1"}, page=url).status_code == 303
    assert cast.post(client, f"{url}/{one}", NOTE | {"version": "1"}).status_code == 412
    assert cast.post(client, f"{url}/{one}", NOTE | {"text": "put right", "version": "2"}).status_code == 303
    assert "put right" in client.get(url).text
    remark = {"text": "", "language": "ti"}
    assert cast.post(client, f"/cases/{cast_.case_id}/language-notes", remark, page=url).status_code == 422
