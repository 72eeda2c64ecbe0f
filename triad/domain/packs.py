"""A pack's texts one by one: what a language must word, the clinic's own texts over the shipped ones, what fits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType

from triad.domain import instruments
from triad.domain.instruments import PROVENANCE, Wording

OK, CHANGE, QUERY = "ok", "change", "query"
VERDICTS = (OK, CHANGE, QUERY)
SIGNED = PROVENANCE[PROVENANCE.index("human_forward") :]
"""What somebody signs, in the order in which it is reached."""
ACTIVATED, WITHDRAWN = "activated", "withdrawn"
ANCHOR, UI = "anchor", "ui"
LONGEST_TEXT, LONGEST_COMMENT = 600, 1000
_PLACES = re.compile(r"\{\w*\}")
_SPACES = re.compile(r"[ \t\r\n]+")
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that turn the direction of what stands around them: `dir` and `lang` do that, where everybody sees it."""


@dataclass(frozen=True)
class Said:
    """An opinion as somebody writes it: a verdict, a text instead, a comment, what the text says in the source."""

    verdict: str
    proposed: str = ""
    comment: str = ""
    back: str = ""


@dataclass(frozen=True)
class Step:
    """A state of `SIGNED`, `ACTIVATED` or `WITHDRAWN`. `people` counts those asked in a cognitive debriefing."""

    step: str
    signer: str
    credential: str
    signed_on: date
    people: int | None
    by: str
    at: datetime
    pack: int
    hash: str


@dataclass(frozen=True)
class Standing:
    """The newest pack of a language in this clinic: `own` pairs units with the texts it changed."""

    number: int
    hash: str
    source_hash: str
    own: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]


def units(wording: Wording) -> dict[str, str]:
    """Every text, in the order of the pack, by a word: `bond.1:CT`, `triad.1:triad_client`, `anchor:1`, `ui:next`."""
    texts = {":".join(key): text for key, text in wording.texts.items()}
    anchors = {f"{ANCHOR}:{place}": text for place, text in enumerate(wording.anchors, 1)}
    return texts | anchors | {f"{UI}:{key}": text for key, text in wording.ui.items()}


def asked(source: Wording, wording: Wording) -> dict[str, str]:
    """The units a pack must have, and their source texts. Staff's questions only where it words any: all or none."""
    full = wording.has_staff
    return {key: text for key, text in units(source).items() if full or not _is_staffs(key)}


def merged(wording: Wording, own: Mapping[str, str]) -> Wording:
    """With these texts by unit in place of its own; the very same wording where there are none."""
    if not own:
        return wording
    texts, ui, anchors = dict(wording.texts), dict(wording.ui), dict(enumerate(wording.anchors, 1))
    for key, text in own.items():
        kind, _, name = key.partition(":")
        if kind == UI:
            ui[name] = text
        elif kind == ANCHOR:
            anchors[int(name)] = text
        else:
            texts[kind, name] = text
    ordered = tuple(anchors[place] for place in sorted(anchors))
    return replace(wording, texts=MappingProxyType(texts), anchors=ordered, ui=MappingProxyType(ui))


def about(source: str, text: str) -> str:
    """What an opinion is about: 64 characters that change with one character of either text."""
    return instruments.fingerprint([source, text])


def source_hash(source: Wording, wording: Wording) -> str:
    """Of the source texts that this wording words."""
    return source.hash if wording.has_staff else source.client_hash


@lru_cache(maxsize=512)
def worded(shipped: Wording, source: Wording, standing: Standing | None) -> Wording:
    """As this clinic has it: with its own texts, the state these have reached, and whether a lead let them out.

    The same values give the same object, so that its hash is made once: each page of the client's form asks for it.
    """
    if standing is None:
        return shipped
    own = merged(shipped, dict(standing.own))
    steps = counting(own.hash, source_hash(source, own), standing)
    state = next((step.step for step in reversed(steps) if step.step in SIGNED), shipped.provenance)
    last = next((step.step for step in reversed(steps) if step.step in (ACTIVATED, WITHDRAWN)), "")
    return replace(own, provenance=state, active=last == ACTIVATED)


def tidy(text: str) -> str:
    """One line without blanks at its ends. Only plain blanks are touched: others may belong to the language."""
    return _SPACES.sub(" ", text).strip(" ")


def unfit(said: Said, source: str, text: str) -> dict[str, str]:
    """Field to code, of what does not fit in an opinion on `text`; empty where it does."""
    found = {}
    for field, limit in (("proposed", LONGEST_TEXT), ("comment", LONGEST_COMMENT), ("back", LONGEST_TEXT)):
        written = getattr(said, field)
        if len(written) > limit:
            found[field] = "too_long"
        elif any(unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn") or sign in TURNING for sign in written):
            found[field] = "characters"
    if said.verdict not in VERDICTS:
        found["verdict"] = "choose_one"
    elif said.verdict == CHANGE:
        if not said.proposed:
            found["proposed"] = "required"
        elif said.proposed == text:
            found["proposed"] = "same_text"
        elif sorted(_PLACES.findall(said.proposed)) != sorted(_PLACES.findall(source)):
            found["proposed"] = "placeholders"
    elif said.proposed:
        found["verdict"] = "proposed_without_change"
    elif said.verdict == QUERY and not said.comment:
        found["comment"] = "required"
    elif said.verdict == OK and not text:
        found["verdict"] = "no_text"
    return found


def _is_staffs(key: str) -> bool:
    return not key.startswith((f"{ANCHOR}:", f"{UI}:")) and not instruments.is_clients(key.partition(":")[2])


def counting(hash_: str, source: str, standing: Standing | None) -> tuple[Step, ...]:
    """The steps that count for texts and source texts with these hashes."""
    same = standing is not None and (standing.hash, standing.source_hash) == (hash_, source)
    return standing.steps if standing is not None and same else ()
