"""The words of messages: complete in every language, without a word that tells anything, on the reader's clock."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources
from typing import Any

import pytest

from triad.domain import telling
from triad.domain.telling import News, Notice
from triad.formats import letters, mail
from triad.formats.letters import Letter
from triad.formats.mail import Sender
from triad.web import i18n
from triad.web.pages import messages

TELLING = (
    *("therap", "psych", "clinic", "client", "patient", "session", "trauma", "diagnos", "rating", "score"),
    *("علاج", "نفس", "عميل", "مريض", "جلسة"),
    *("klient", "sitzung", "praxis", "séance", "thérap", "cliente", "sesión", "terap"),
)
TWICE = ("twice", "مرتين", "zweimal", "deux fois", "dos veces")
NOTICE = Notice(
    kind="moved",
    news=News.REQUEST,
    audience="interpreter",
    language="en",
    zone="Europe/Berlin",
    link="https://triad.example.org/x",
    starts_at=datetime(2027, 3, 2, 13, 30, tzinfo=UTC),
    minutes=50,
    place_zone="Europe/Berlin",
    mode="in_person",
    area="Site Nord",
    languages=("ti", "en"),
    code="T-1001",
)
EVERY = [
    replace(NOTICE, kind=kind, audience=audience, language=language, doubtful=doubtful)
    for kind in (*telling.ABOUT_ENCOUNTER, "handed_over", "contact_me")
    for audience in ("therapist", "interpreter")
    for language in i18n.STAFF
    for doubtful in (False, True)
]


def read(language: str) -> dict[str, Any]:
    return tomllib.loads((resources.files("triad") / "letters" / f"{language}.toml").read_text("utf-8"))


def keys(table: dict[str, Any], before: str = "") -> set[str]:
    found = set()
    for key, held in table.items():
        found |= keys(held, f"{before}{key}.") if isinstance(held, dict) else {f"{before}{key}"}
    return found


def test_there_are_words_in_every_language_of_the_desk() -> None:
    assert letters.tongues() == tuple(sorted(i18n.STAFF))
    english = keys(read("en"))
    assert {tongue: keys(read(tongue)) for tongue in i18n.STAFF} == dict.fromkeys(i18n.STAFF, english)
    assert {len(read(tongue)[name]) for tongue in i18n.STAFF for name in ("weekdays",)} == {7}
    assert {len(read(tongue)["months"]) for tongue in i18n.STAFF} == {12}


def test_a_letter_in_english() -> None:
    assert letters.compose(NOTICE) == Letter(
        "An appointment has changed",
        "The time or place of this appointment has changed. This is how it is now.\n\n"
        "Date: Tuesday 2 March 2027\n"
        "Time: 14:30 to 15:20 (Berlin, UTC+01)\n"
        "Length: 50 minutes\n"
        "How: in person\n"
        "Where: Site Nord\n"
        "Languages: Tigrinya – English\n"
        "Number: T-1001\n"
        "More: https://triad.example.org/x\n\n"
        "This message was sent automatically. Answers to it are not read.\n",
        "en",
    )


def test_a_letter_in_arabic() -> None:
    found = letters.compose(replace(NOTICE, language="ar"))
    assert (found.subject, found.language) == ("تغيّر أحد المواعيد", "ar")
    assert "التاريخ: الثلاثاء 2 مارس 2027\nالوقت: من 14:30 إلى 15:20 (Berlin، UTC+01)\n" in found.text
    assert "اللغات: التغرينية – الإنجليزية\n" in found.text


def test_a_reader_elsewhere_is_told_both_clocks() -> None:
    text = letters.compose(replace(NOTICE, zone="Asia/Kathmandu")).text
    assert "Time: 14:30 to 15:20 (Berlin, UTC+01)\n" in text
    assert "Your time: Tuesday 2 March 2027, 19:15 to 20:05 (Kathmandu, UTC+05:45)\n" in text
    assert "Your time" not in letters.compose(replace(NOTICE, zone="Europe/Paris")).text


def test_a_length_is_elapsed_time_where_the_clocks_change_meanwhile() -> None:
    night = replace(NOTICE, starts_at=datetime(2027, 10, 31, 0, 30, tzinfo=UTC), minutes=60)
    assert "Time: 02:30 to 02:30 (Berlin, UTC+02)\n" in letters.compose(night).text


def test_no_word_tells_what_the_house_is_for() -> None:
    texts = [f"{one.subject} {one.text}" for one in map(letters.compose, EVERY)]
    texts += [letters.short(one).text for one in EVERY if one.kind in telling.SHORT]
    assert [word for word in TELLING for text in texts if word in text.lower()] == []
    assert len(set(texts)) > 40
    planted = letters.compose(replace(NOTICE, area="Trauma clinic")).text
    assert [word for word in TELLING if word in planted.lower()] == ["clinic", "trauma"]


def test_every_letter_has_words_of_its_own_kind_and_no_hole() -> None:
    for notice in EVERY:
        found = letters.compose(notice)
        assert found.subject.strip() == found.subject != ""
        assert "{" not in found.text + found.subject
        assert any(words in found.text for words in TWICE) is notice.doubtful


def test_a_site_name_makes_no_line_of_its_own() -> None:
    text = letters.compose(replace(NOTICE, area="Nord\r\nBcc: x@example.org")).text
    assert "Where: Nord Bcc: x@example.org\n" in text


def test_a_site_is_named_only_to_who_comes_there() -> None:
    assert "Site Nord" not in letters.compose(replace(NOTICE, mode="video")).text


def test_what_a_page_calls_messages_covers_what_there_is() -> None:
    assert set(telling.ABOUT_ENCOUNTER) <= set(messages.KINDS)
    assert set(messages.STATES) == set(telling.STATES)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("ines@example.org", True),
        ("i.h+x@sub.example.org", True),
        ("ines@example.org\nBcc: x@y.z", False),
        ("ines@example.org, x@y.z", False),
        ("Ines <ines@example.org>", False),
        ("<ines@example.org>", False),
        ("ines@@example.org", False),
        ("in es@example.org", False),
        ("ines@exam..ple.org", False),
        ("inés@example.org", False),
        ("", False),
        ("a" * 250 + "@x.org", False),
    ],
)
def test_only_one_bare_address_is_an_address(text: str, fits: bool) -> None:
    assert mail.is_address(text) is fits


@pytest.mark.parametrize(
    ("subject", "name"),
    [("Hello\r\nBcc: x@y.z", "Calendar"), ("Hello\nBcc: x@y.z", "Calendar"), ("Hello", "Calendar\r\nBcc: x@y.z")],
)
def test_no_header_can_be_put_in(subject: str, name: str) -> None:
    with pytest.raises(ValueError, match=r"(?i)header|newline|linefeed|CR|name"):
        mail.built(Letter(subject, "x", "en"), Sender("c@x.org", name), "i@x.org", "m1", NOTICE.starts_at)  # type: ignore[arg-type]


def test_a_mail_names_sender_receiver_and_language_and_keeps_its_id() -> None:
    letter = letters.compose(replace(NOTICE, language="ar"))
    raws = [
        mail.built(letter, Sender("c@x.org", "Calendar"), "ines@x.org", "m1", datetime(2027, 3, 1, 9, tzinfo=UTC))
        for _ in range(2)
    ]
    assert raws[0] == raws[1]
    assert raws[0].isascii()
    head = raws[0].split(b"\r\n\r\n")[0].decode()
    assert "From: Calendar <c@x.org>\r\nTo: ines@x.org\r\n" in head
    assert "Message-ID: <m1@x.org>" in head
    assert "Content-Language: ar" in head
