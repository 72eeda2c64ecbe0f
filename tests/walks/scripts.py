"""Hostile and delicate words in every field of text: what becomes of them on every page that shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any, NamedTuple

from markupsafe import escape
from sqlalchemy import String, func, literal, select, update

from tests.exam.corpora import MARK
from tests.walks import canaries, writes
from tests.walks.clinic import House
from triad.services import context
from triad.services.context import Actor
from triad.store import settings
from triad.store.cases import Agreement, Case, CulturalNote, Exclusion, Goal, LanguageNeed, LanguageNote
from triad.store.clinic import Client, Credential, LanguageSkill, Room, Site
from triad.store.encounters import Assignment, Encounter
from triad.store.factors import Passkey
from triad.store.keys import ApiKey
from triad.store.marks import MarkAnswer
from triad.store.people import Person
from triad.store.settings import SettingChange

TEXTS: tuple[tuple[Any, str], ...] = (
    (Person, "name phone email"),
    (Site, "name address"),
    (Room, "name"),
    (Client, "code contact_note dialect"),
    (Case, "code"),
    (LanguageNeed, "dialect"),
    (LanguageSkill, "dialect"),
    (CulturalNote, "text"),
    (LanguageNote, "text"),
    (Goal, "words aim tasks"),
    (Exclusion, "reason"),
    (Encounter, "reason"),
    (Assignment, "waiver_reason reason"),
    (MarkAnswer, "reason"),
    (ApiKey, "name"),
    (Credential, "body kind number"),
    (Passkey, "name"),
)
"""Every column somebody may write freely into, besides the ground rules of an agreement and the settings."""
ALONE = {(Site, "name"), (Client, "code"), (Case, "code"), (Room, "name")}
"""What must not come twice: the row's own id stands behind it."""
READERS = ("kora", "thea", "ines", "lena", "ada", "aud")
QUERIES = (
    ("kora", "/search?q="),
    ("kora", "/people?tab=clients&q="),
    ("kora", "/people?tab="),
    ("kora", "/week?week="),
    ("kora", "/cases?page="),
    ("kora", "/unfilled?session="),
    ("thea", "/my-week?week="),
    ("lena", "/pictures?order="),
    ("aud", "/audit?verb="),
    ("aud", "/audit?before="),
    ("nobody", "/sign-in?next="),
)
RUN_BY = ("href", "src", "action", "formaction", "srcdoc", "style", "data", "xlink:href", "background", "content")


class Sink(NamedTuple):
    """A page that shows what was written, to this reader."""

    name: str
    path: str


def write(house: House, text: str) -> None:
    """This text in every field of every row, past every check that may stand before."""
    with context.work(Actor(house.who.clinic, source="test")) as ctx:
        for table, columns in TEXTS:
            for column in columns.split():
                held = literal(text) + func.substr(table.id, 1, 24) if (table, column) in ALONE else literal(text)
                ctx.session.execute(update(table).values({column: held.cast(String)}))
        for row in ctx.session.scalars(select(Agreement)):
            row.texts = {tag: {**one, "rules": dict.fromkeys(one["rules"], text)} for tag, one in row.texts.items()}
        row = SettingChange(number=settings.newest(ctx.session) + 1, key="release_policy", step=settings.PROPOSED)
        row.was, row.now, row.from_file, row.by, row.at = text, text, False, "a-ada", ctx.now
        ctx.session.add(row)
    clinic = house.who.clinic
    clinic.filed = clinic.settings = replace(clinic.filed, clinic_name=text, notice=text)


SOME = (
    Sink("kora", "/cases"),
    Sink("kora", "/cases/case-T-1001"),
    Sink("kora", "/people?tab=clients"),
    Sink("kora", "/people/interpreters/p-ines"),
    Sink("kora", "/sessions/ahead-own/change"),
    Sink("kora", "/unfilled"),
    Sink("kora", "/week"),
    Sink("thea", "/cases/case-T-1001/notes"),
    Sink("thea", "/cases/case-T-1001/notes/note-own"),
    Sink("thea", "/cases/case-T-1001/agreement"),
    Sink("thea", "/cases/case-T-1001/picture"),
    Sink("ada", "/accounts"),
)
"""The pages on which most is written."""


def sinks(house: House) -> list[Sink]:
    """One page for each route on which a word that was written stands; files have rows of their own."""
    found: dict[str, Sink] = {}
    write(house, MARK)
    for name in READERS:
        for method, path, _ in canaries.requests(house):
            # Of the same page for two people, or two things, one will do.
            place = re.sub(r"[a-z]+-(own|other)|[ap]-[a-z]+|(case|need)-T-\d+|id\d+|(?<!tab)=.*", "*", path)
            if method == "GET" and not path.startswith(writes.API) and place not in found:
                answer = writes.send(house, name, method, path, {})
                if MARK in answer.text and answer.mimetype == "text/html":
                    found[place] = Sink(name, path)
                answer.close()
    return list(found.values())


def shown(house: House, pages: Sequence[Sink], text: str) -> Iterator[tuple[str, str]]:
    """Where and as what this text is shown: stored and read again, asked for, and sent in a form that is refused."""
    write(house, text)
    for sink in pages:
        yield f"{sink.path} as {sink.name}", writes.send(house, sink.name, "GET", sink.path, {}).text


def echoed(house: House, text: str, number: int, every: int) -> Iterator[tuple[str, str]]:
    """What comes back of this text at once: in questions, and in forms that were refused; every n-th of those."""
    for name, path in QUERIES:
        page, _, query = path.partition("?")
        asked = dict(one.split("=") for one in query.split("&"))
        last = [*asked][-1]
        answer = house.browser(name).get(page, query_string={**asked, last: text})
        yield f"{path} as {name}", answer.text
    forms = [rule for _, rule in writes.unsafe(house.app) if not rule.rule.startswith(writes.API)]
    for rule in forms[number % every :: every]:
        work = writes.WORKS[rule.endpoint]
        path = writes.address(rule, writes.values(rule, house.ids["own"], work.state))
        fields = {name: text for name, held in work.fields.items() if isinstance(held, str)}
        answer = writes.send(
            house, work.by, "POST", path, {**fields, "version": "x"} if "version" in fields else fields
        )
        yield f"POST {path} as {work.by}", answer.text
        answer.close()
        if answer.status_code < 400:
            house.restore()


class Markup(HTMLParser):
    """Reads a page and keeps where the mark is markup, or is run; and in which elements it stands as text."""

    VOID = frozenset(("br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"))

    def __init__(self) -> None:
        super().__init__()
        self.out: list[str] = []
        self.stack: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, tuple[tuple[str, dict[str, str | None]], ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if MARK in tag or any(MARK in name or name.startswith("on") for name in held):
            self.out.append(f"<{tag} {held}>")
        for name in RUN_BY:
            value = (held.get(name) or "").strip().lower()
            if value.startswith(("javascript:", "data:", f"//{MARK}")) or (
                name in ("style", "srcdoc") and MARK in value
            ):
                self.out.append(f"<{tag} {name}={value}>")
        if tag not in self.VOID:
            self.stack.append((tag, held))

    def handle_endtag(self, tag: str) -> None:
        while self.stack and any(one == tag for one, _ in self.stack):
            if self.stack.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if MARK in data:
            self.texts.append((data, tuple(self.stack)))
            if self.stack and self.stack[-1][0] in ("script", "style"):
                self.out.append(f"in <{self.stack[-1][0]}>")

    def handle_comment(self, data: str) -> None:
        if MARK in data:
            self.out.append("in a comment")


def escaped(page: str, text: str = "") -> list[str]:
    """Where the mark got out of the text of this page. `text` is what was written, if that cannot do without `<`."""
    if "<" in text and MARK not in page.replace(str(escape(text)), ""):
        return []
    markup = Markup()
    markup.feed(page)
    markup.close()
    return markup.out


APART = ("bdi", "textarea", "option", "title")
"""Elements in which words keep to themselves: the first by its meaning, the others since nothing else is in them."""
ISOLATED = re.compile("[\u2066-\u2068][^\u2066-\u2069\u202a-\u202e]*\u2069")
"""Words between signs that isolate, and no sign among them that would end it."""


def turning(page: str) -> list[str]:
    """Texts with the mark that could turn what stands beside them."""
    markup = Markup()
    markup.feed(page)
    found = []
    for text, stack in markup.texts:
        if MARK not in ISOLATED.sub("", text):
            continue
        kept = any(tag in APART or (tag == "input") or held.get("dir") == "auto" for tag, held in stack)
        found += [] if kept else [f"{text!r} in {' > '.join(tag for tag, _ in stack[-4:])}"]
    return found
