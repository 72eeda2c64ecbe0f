"""What pages with forms share: reading what was written, sentences for what does not fit, lists to choose from."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request

from triad.domain import errors, languages
from triad.web import errors as refusals
from triad.web import i18n, reasons

PARTIES = {
    "client": i18n.lazy("Client"),
    "therapist": i18n.lazy("Therapist"),
    "interpreter": i18n.lazy("Interpreter"),
    "clinic": i18n.lazy("Clinic"),
}
NEIGHBOURS = frozenset({"ckb", "kmr", "fa", "prs"})
"""Languages whose names alone are easily taken for each other."""


def written() -> dict[str, str]:
    """The form as it was sent, without its token."""
    return {name: held for name, held in request.form.items() if name != "csrf_token"}


def sentences(fields: Mapping[str, str] | None) -> dict[str, str]:
    return {name: refusals.sentence(code) for name, code in (fields or {}).items()}


def tongues() -> list[tuple[str, str]]:
    """Every language and spoken variety: the tag, and its name in the reader's language or its speakers' own."""
    return [(tag, tongue(tag)) for tag in (*languages.BY_TAG, *languages.VARIETIES)]


def tongue(tag: str) -> str:
    """A language's name; for a variety also the name its speakers give it, which tells it from its neighbours."""
    name = i18n.language_text(tag)
    return f"{name} · {languages.endonym(tag)}" if tag in languages.VARIETIES or tag in NEIGHBOURS else name


def dialect(text: str) -> str:
    """A registered variety by the name its speakers give it; the clinic's own word as it was written."""
    return languages.endonym(text) if text in languages.VARIETIES else text


def varieties(text: str) -> list[tuple[str, str]]:
    """What an ambiguous word may mean; empty for a word that names one language or none."""
    try:
        languages.canonical(text)
    except KeyError:
        pass
    except errors.Unfit as error:
        return [(tag, tongue(tag)) for tag in error.details["choices"]]
    return []


def parties() -> list[tuple[str, str]]:
    """The three, and the clinic itself."""
    return [(code, i18n.gettext(words)) for code, words in PARTIES.items()]


def party(code: str) -> str:
    return i18n.gettext(PARTIES.get(code, code))


def modes() -> list[tuple[str, str]]:
    return [(code, reasons.mode(code)) for code in reasons.MODES]


def directions() -> list[tuple[str, str]]:
    return [(code, reasons.way(code)) for code in reasons.DIRECTIONS]
