"""The page that keeps recordings, and the client's form that plays them: by a tap, and with a form in hand alone."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from tests import cast, reviewed, sounds
from tests.web.test_room import LINES, MARKS, Visitor, held, issue, visitor
from triad.domain.voices import file_name
from triad.formats import wordings
from triad.services import context, voices
from triad.services.context import Actor
from triad.store import voices as store
from triad.store.db import db
from triad.store.ratings import Rating

__all__ = ["held", "issue", "visitor"]

UI = wordings.wording("ar").ui
PAGE = "/languages/ar/voices"
SignIn = Callable[[Actor], Any]


def every(who: cast.Cast, but: str = "") -> None:
    keys = [one.key for one in voices.show(who.lena, "ar") if one.key != but]
    voices.put(who.lena, "ar", [(f"{file_name(key)}.ogg", sounds.OGG) for key in keys])


def made(who: cast.Cast, unit: str, text: str) -> None:
    """As by a program that speaks."""
    wording = wordings.wording("ar")
    assert text in (wording.anchors[0], *wording.texts.values())
    with context.work(Actor(who.clinic, source="test")) as ctx:
        voices._keep(ctx, wording, unit, "synthetic", sounds.WAV, interprets=False)


def sent(page: str, files: list[tuple[str, bytes]], **fields: str) -> dict[str, Any]:
    given = [(io.BytesIO(content), name) for name, content in files]
    return {"csrf_token": cast.token(page), "files": given, **fields}


def test_a_lead_uploads_several_and_sees_what_can_be_heard(cast_: cast.Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.lena)
    page = client.get(PAGE).text
    assert "0 of 14 texts are recorded" in page
    assert set(re.findall(r'<code dir="ltr">([^<]+)<', page)) >= {"bond.1_CI", "anchor_5"}
    files = [("bond.1_CT.ogg", sounds.OGG), ("anchor_1.mp3", sounds.MP3)]
    assert client.post(PAGE, data=sent(page, files)).status_code == 303
    page = client.get(PAGE).text
    assert ("2 of 14 texts are recorded" in page, "2 recordings are kept." in page) == (True, True)
    assert page.count("<audio") == 2
    sound = client.get(f"{PAGE}/anchor:1/recorded")
    assert (sound.data, sound.content_type) == (sounds.MP3, "audio/mpeg")
    data = {"csrf_token": cast.token(page), "unit": "anchor:1", "origin": "recorded"}
    assert client.post(f"{PAGE}/removal", data=data).status_code == 303
    assert client.get(f"{PAGE}/anchor:1/recorded").status_code == 404
    assert "1 of 14 texts are recorded" in client.get(PAGE).text


def test_what_is_wrong_stands_beside_its_file_and_nothing_is_kept(cast_: cast.Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.lena)
    page = client.get(PAGE).text
    files = [
        ("bond.1_CT.ogg", sounds.OGG),
        ("<b>.ogg", sounds.OGG),
        ("goal.1_CT.mp3", sounds.OTHERS["page"]),
        ("bond.2_CT.wav", sounds.wav(2)),
        ("task.1_CT.ogg", b""),
    ]
    answer = client.post(PAGE, data=sent(page, files))
    told = re.findall(r"<bdi>([^<]+)</bdi><br><span class=\"field-error\">.*?<span>([^<]+)</span>", answer.text)
    assert (answer.status_code, dict(told)) == (
        422,
        {
            "&lt;b&gt;.ogg": "No text has this name. Name the file as it stands beside the text.",
            "goal.1_CT.mp3": "This is no sound that is read here: Ogg Opus, MP3, M4A or WAV.",
            "bond.2_CT.wav": "This is larger than 40 kB. Record it shorter, or save it as Opus.",
            "task.1_CT.ogg": "This file is empty.",
        },
    )
    assert "0 of 14 texts are recorded" in answer.text
    interpreter = client.post(PAGE, data=sent(page, [("x.ogg", sounds.OGG)], unit="bond.1:CI", interprets="yes"))
    assert (interpreter.status_code, "not the voice of questions about interpreters" in interpreter.text) == (
        422,
        True,
    )
    assert client.post(PAGE, data=sent(page, [])).status_code == 422
    assert "0 of 14" in client.get(PAGE).text


def test_a_megabyte_at_once_is_refused(cast_: cast.Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.lena)
    # Written by hand, since the test client leaves large bodies in files behind.
    part = b'--cut\r\nContent-Disposition: form-data; name="files"; filename="bond.1_CT.ogg"\r\n\r\n'
    body = part + bytes(1_100_000) + b"\r\n--cut--\r\n"
    answer = client.post(PAGE, data=body, content_type="multipart/form-data; boundary=cut")
    assert (answer.status_code, "That is too large." in answer.text) == (413, True)


def test_only_leads_come_here(cast_: cast.Cast, sign_in: SignIn, app: Flask) -> None:
    for actor in (cast_.kora, cast_.thea, cast_.ines, cast_.ada, cast_.aud):
        assert sign_in(actor).get(PAGE).status_code == 404
    assert sign_in(cast_.lena).get("/languages/xx/voices").status_code == 404
    assert sign_in(cast_.lena).get("/languages/en/voices").status_code == 200
    assert app.test_client().get(PAGE).status_code == 303


def test_the_form_plays_question_and_answers_outside_their_labels(
    cast_: cast.Cast, visitor: Visitor, issue: Callable[..., str]
) -> None:
    every(cast_)
    visitor.begin(issue())
    found = re.findall(r'<audio controls preload="none" src="/f/listen/([^"]+)"', visitor.page)
    assert found == ["bond.1:CT", *(f"anchor:{n}" for n in range(1, 6))]
    labels = re.findall(r"<label.*?</label>", visitor.page, re.DOTALL)
    assert len(labels) >= 5
    assert [one for one in labels if "<audio" in one or "<button" in one] == []
    assert "js/listen.js" in visitor.page
    answer = visitor.client.get("/f/listen/bond.1:CT")
    assert (answer.status_code, answer.data, answer.content_type) == (200, sounds.OGG, "audio/ogg")
    assert {name: answer.headers[name] for name in ("Cache-Control", "X-Content-Type-Options", "Accept-Ranges")} == {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Accept-Ranges": "bytes",
    }
    assert "media-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers


def test_a_part_of_a_clip_is_given_and_a_part_beyond_it_refused(
    cast_: cast.Cast, visitor: Visitor, issue: Callable[..., str]
) -> None:
    every(cast_)
    visitor.begin(issue())
    part = visitor.client.get("/f/listen/bond.1:CT", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data, part.headers["Content-Range"]) == (
        206,
        b"OggS",
        f"bytes 0-3/{len(sounds.OGG)}",
    )
    assert visitor.client.get("/f/listen/bond.1:CT", headers={"Range": "bytes=9999-"}).status_code == 416
    for odd in ("turtles=1", "bytes=x", "bytes=0-1,3-4", "bytes"):
        whole = visitor.client.get("/f/listen/bond.1:CT", headers={"Range": odd})
        assert (whole.status_code, whole.data) == (200, sounds.OGG)


def test_without_a_clip_there_is_no_player_and_no_script(
    cast_: cast.Cast, visitor: Visitor, issue: Callable[..., str]
) -> None:
    visitor.begin(issue())
    assert ("<audio" in visitor.page, "listen.js" in visitor.page) == (False, False)
    assert visitor.client.get("/f/listen/bond.1:CT").status_code == 404
    every(cast_)
    assert "<audio" in visitor.get("/f/")


def test_a_browser_without_the_form_hears_nothing(
    cast_: cast.Cast, app: Flask, visitor: Visitor, issue: Callable[..., str]
) -> None:
    every(cast_)
    token = issue()
    visitor.begin(token)
    for other in (app.test_client(), cast.signed_in(app, cast_.lena), cast.signed_in(app, cast_.ines)):
        assert other.get("/f/listen/bond.1:CT").status_code == 404
    for unit in ("bond.1:TC", "bond.9:CT", "ui:next", "..%2Fx"):
        assert visitor.client.get(f"/f/listen/{unit}").status_code == 404
    issue()
    assert visitor.client.get("/f/listen/bond.1:CT").status_code == 404


def test_who_listened_can_say_so_and_the_rating_keeps_it(
    cast_: cast.Cast, visitor: Visitor, issue: Callable[..., str]
) -> None:
    every(cast_)
    visitor.begin(issue())
    for mark in MARKS:
        visitor.mark(mark)
    assert UI["helped_recording"] in visitor.page
    visitor.finish(helped="recording")
    assert visitor.client.get("/f/listen/bond.1:CT").status_code == 404
    row = db.session.query(Rating).one()
    assert (row.mode, len(LINES)) == ("recorded_audio", 7)


def test_where_one_clip_is_missing_nobody_is_asked_about_a_recording(
    cast_: cast.Cast, visitor: Visitor, issue: Callable[..., str]
) -> None:
    every(cast_, but="anchor:3")
    visitor.begin(issue())
    for mark in MARKS:
        visitor.mark(mark)
    assert UI["helped_recording"] not in visitor.page
    visitor.post("/f/step", screen="who_helped", helped="recording")
    assert visitor.status == 422


def test_a_made_voice_is_marked_in_the_demo_and_silent_in_a_clinic(
    cast_: cast.Cast, app: Flask, visitor: Visitor, issue: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made(cast_, "bond.1:CT", wordings.wording("ar").texts["bond.1", "CT"])
    visitor.begin(issue())
    assert (visitor.page.count("<audio"), UI["voice_made"] in visitor.page) == (1, True)
    assert visitor.client.get("/f/listen/bond.1:CT").data == sounds.WAV
    reviewed.out(cast_)
    strict = replace(cast_.clinic, settings=replace(cast_.clinic.settings, offer_drafts_to_clients=False))
    monkeypatch.setitem(app.extensions, "triad", strict)
    assert ("<audio" in visitor.get("/f/"), UI["voice_made"] in visitor.page) == (False, False)
    assert visitor.client.get("/f/listen/bond.1:CT").status_code == 404
    assert len(store.clips(db.session(), "triad-session-form", "ar")) == 1


@pytest.mark.parametrize("screen", ["who_sees", "practice"])
def test_consent_and_practice_can_be_heard_too(
    cast_: cast.Cast, visitor: Visitor, issue: Callable[..., str], screen: str
) -> None:
    every(cast_)
    visitor.open(issue())
    visitor.post("/f/language", language="ar", at="")
    if screen == "practice":
        visitor.post("/f/step", screen="who_sees")
    found = re.findall(r'src="/f/listen/([^"]+)"', visitor.page)
    assert found == (["ui:who_sees_body"] if screen == "who_sees" else [f"anchor:{n}" for n in range(1, 6)])
