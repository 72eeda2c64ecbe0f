"""Words in twelve ways of writing go in by a program, are seen in a form, sent again, and come out byte for byte."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from tests.walks import works, writes
from tests.walks.clinic import House

FORM = re.compile(r"<form.*?</form>", re.DOTALL)
ROUND_TRIPS: tuple[tuple[str, str, str, str], ...] = (
    ("thea", "/cases/{case}/notes", "notes", "text"),
    ("thea", "/cases/{case}/goals", "goals", "words"),
    ("kora", "/sites", "sites", "name"),
    ("kora", "/interpreters", "interpreters", "name"),
)
"""Who writes by the API, where, what kind of thing it is, and the field that is read again."""
BODIES: dict[str, dict[str, Any]] = {"notes": works.NOTE, "goals": works.GOAL, "sites": works.SITE}
BODIES |= {"interpreters": works.PROGRAM}
PAGES = {"notes": "/cases/{case}/notes/{id}", "goals": "/cases/{case}/goals/{id}", "sites": "/people/sites/{id}"}
PAGES |= {"interpreters": "/people/interpreters/{id}/change"}


def kept(house: House, words: Mapping[str, str]) -> tuple[list[str], int]:
    """Words that came back as other bytes: by the API, in a page, after that page's own form; and how many did."""
    wrong, count = [], 0
    for script, word in words.items():
        for name, place, kind, field in ROUND_TRIPS:
            path = "/api" + place.format(case=house.ids["own"]["case"])
            id_ = writes.send(house, name, "POST", path, {**BODIES[kind], field: word}).get_json()["id"]
            rows = writes.send(house, name, "GET", path, {}).get_json()["items"]
            told = next((one[field] for one in rows if one["id"] == id_), "")
            page = PAGES[kind].format(case=house.ids["own"]["case"], id=id_)
            first = _fields(house.browser(name).get(page).text, field)
            assert house.browser(name).post(page, data=first).status_code == 303, (page, first)
            again = _fields(house.browser(name).get(page).text, field)
            for found in (told, first.get(field, ""), again.get(field, "")):
                count += 1
                wrong += [] if found.encode() == word.encode() else [f"{script} in {kind}: {found!a}"]
    house.restore()
    return wrong, count


class Form(HTMLParser):
    """What the form with a field would send."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.open = self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        if tag == "input" and held.get("type") not in ("checkbox", "radio", "search") and "name" in held:
            self.sent.setdefault(held["name"], held.get("value", ""))
        if tag == "input" and "checked" in held and "name" in held:
            self.sent[held["name"]] = held.get("value", "on")
        if tag == "select":
            self.open = held.get("name", "")
        if tag == "textarea":
            self.area = held.get("name", "")
            self.sent[self.area] = ""
        if tag == "option" and "selected" in held and self.open:
            self.sent[self.open] = held.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self.open = "" if tag == "select" else self.open
        self.area = "" if tag == "textarea" else self.area

    def handle_data(self, data: str) -> None:
        if self.area:
            # A line end right behind the opening tag is no part of the text (HTML, 13.1.2.5).
            self.sent[self.area] = data.removeprefix("\n")


def _fields(page: str, field: str) -> dict[str, str]:
    """What the form that holds this field would send; a page may hold others."""
    for text in FORM.findall(page):
        form = Form()
        form.feed(text)
        if field in form.sent:
            return form.sent
    return {}
