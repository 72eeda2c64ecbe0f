"""Words for wordings under review: states and steps, where each text stands, what is still to be done."""

from __future__ import annotations

from triad.domain import instruments, packs, reviews
from triad.domain.packs import ANCHOR, UI
from triad.domain.reviews import Desk, Unit
from triad.formats import wordings
from triad.services.reviews import Line
from triad.web import errors as refusals
from triad.web.i18n import gettext, lazy, ngettext

STATES: dict[str, tuple[str, str, str]] = {
    "machine_draft": ("warn", lazy("Draft by a machine"), "pen"),
    "human_forward": ("wait", lazy("Gone through by a person"), "half"),
    "reconciled": ("wait", lazy("Agreed on"), "half"),
    "back_translated": ("wait", lazy("Translated back"), "half"),
    "expert_reviewed": ("ok", lazy("Reviewed by experts"), "check"),
    "cognitively_debriefed": ("ok", lazy("Tried with readers"), "check"),
    "final": ("ok", lazy("Final"), "done"),
    "retired": ("", lazy("Retired"), "dash"),
    "activated": ("ok", lazy("Let out to clients"), "done"),
    "withdrawn": ("", lazy("Withdrawn from clients"), "dash"),
}
"""Of a wording, and of the two steps that are a lead's: tone, word, sign."""

VERDICTS: dict[str, tuple[str, str, str]] = {
    "ok": ("ok", lazy("Right"), "check"),
    "change": ("warn", lazy("Change"), "pen"),
    "query": ("wait", lazy("A question"), "notice"),
    "helped": ("", lazy("Only interpreters so far"), "half"),
    "open": ("", lazy("Not judged yet"), "ring"),
}
"""Of one text; the first three are what a reviewer may say."""

AGAINST = {
    "missing_texts": lazy("Texts are missing."),
    "open_texts": lazy("Some texts nobody has judged yet."),
    "open_changes": lazy("Somebody wants texts changed, and nobody has decided yet."),
    "open_queries": lazy("Questions about texts are open."),
    "no_back_translation": lazy("Some questions or answers are not translated back yet."),
    "interpreters_alone": lazy("Some texts only interpreters have judged: somebody else has to judge them too."),
}
RULES = {
    "same_text": lazy("This is the text as it stands."),
    "placeholders": lazy("Keep what stands in curly brackets as it is."),
    "proposed_without_change": lazy("Choose “Change” for another text."),
    "no_text": lazy("There is no text yet: propose one."),
    "one_text_each": lazy("Choose one text for each line, and not both."),
    "future": lazy("This day is still to come."),
    "twice": lazy("This comes twice in the file."),
    "source_changed": lazy("The English text is another one by now. Take the file out anew."),
    "text_changed": lazy("The text is another one by now. Take the file out anew."),
    "which_verdict": lazy("Write ok, change or query."),
    "nothing_new": lazy("There is nothing new in this file."),
    "missing_column": lazy("A column is missing. Take the file out anew and fill that one in."),
    "cell_count": lazy("A row has another number of cells than the heading."),
    "too_large": lazy("This file is too large."),
    "too_many_columns": lazy("This file has too many columns."),
    "too_many_rows": lazy("This file has too many rows."),
    "not_utf8": lazy("This file is not in UTF-8. Save it as “CSV UTF-8”."),
    "nul": lazy("This is no text file."),
    "empty": lazy("This file is empty."),
    "quotes": lazy("A quotation mark is opened and never closed, or a cell is far too long."),
    "column_unnamed": lazy("A column has no name."),
    "column_twice": lazy("A column comes twice."),
    "broken": lazy("The file did not arrive whole. Choose it again."),
}

SLOTS = {
    "CT": lazy("Question to the client about the therapist"),
    "CI": lazy("Question to the client about the interpreter"),
    "triad_client": lazy("Question to the client about the three"),
    "TC": lazy("Question to the therapist about the client"),
    "TI": lazy("Question to the therapist about the interpreter"),
    "triad_therapist": lazy("Question to the therapist about the three"),
    "IC": lazy("Question to the interpreter about the client"),
    "IT": lazy("Question to the interpreter about the therapist"),
    "triad_interpreter": lazy("Question to the interpreter about the three"),
}
PLACES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (lazy("Name of the page: whoever stands by may read it"), ("page_title",)),
    (lazy("Choosing the language"), ("choose_language", "language_of_page", "step")),
    (lazy("Button"), ("continue", "next", "back", "send", "quick_exit")),
    (lazy("Before the questions: who sees the answers"), ("who_sees",)),
    (lazy("Question for practice"), ("practice",)),
    (lazy("Below the answers of each question"), ("decline", "not_understood")),
    (lazy("Above each question"), ("progress", "about_")),
    (lazy("Where nothing was chosen"), ("choose_one",)),
    (lazy("Before sending"), ("review",)),
    (lazy("Choosing who may see the answers"), ("release",)),
    (lazy("After sending"), ("thanks",)),
    (lazy("Taking something back after sending"), ("change",)),
    (lazy("A link that is over"), ("gone",)),
    (lazy("On the client's screens"), ("busy",)),
    (lazy("Mark on a draft"), ("draft_notice",)),
    (lazy("Asking that somebody gets in touch"), ("contact",)),
    (lazy("Asking for another interpreter"), ("another",)),
    (lazy("Who helped with the form"), ("who_helped", "helped")),
    (lazy("Where it can be heard"), ("listen", "voice")),
    (lazy("On a paper sheet"), ("paper",)),
    (lazy("On a tablet of the clinic"), ("code", "still_there", "hand_back", "offline")),
)
"""Where words of the client's screens stand, by how their names begin; the first that fits."""
ELSEWHERE = lazy("On the client's screens")

PARTS = {
    "questions": lazy("Questions and answers"),
    "screens": lazy("Words on the screens"),
    "staff": lazy("Questions to staff"),
}


def part(unit: Unit) -> str:
    if unit.kind == UI:
        return "screens"
    return "questions" if unit.kind == ANCHOR or instruments.is_clients(unit.key.partition(":")[2]) else "staff"


def where(unit: Unit) -> str:
    return where_key(unit.key)


def where_key(key: str) -> str:
    """Where a text stands, by its unit."""
    kind, _, name = key.partition(":")
    if kind == ANCHOR:
        return gettext("Answer %(n)s, counted from the lowest", n=name)
    if kind == UI:
        found = (place for place, starts in PLACES if name.startswith(starts))
        return gettext(next(found, ELSEWHERE))
    return gettext(SLOTS.get(name, name))


def note(unit: Unit) -> str:
    """What to mind; "" for nothing."""
    if "{" in unit.source:
        return gettext("What stands in curly brackets stays as it is.")
    if unit.kind == ANCHOR:
        return gettext("All answers are read together, from low to high.")
    if unit.kind == "text" and unit.key.partition(":")[0] not in _brief():
        return gettext("In the full form only.")
    return ""


def rule(code: str) -> str:
    return gettext(RULES[code]) if code in RULES else refusals.sentence(code)


def standing(line: Line) -> tuple[str, str, str]:
    """Tone, words and sign of a language in the list: what it means for clients, in one look."""
    if line.desk is None:
        if line.ready:
            return "ok", gettext("The source of all others"), "done"
        return "", gettext("Not worded yet"), "dash"
    if line.ready:
        return "ok", gettext("Ready for clients"), "done"
    if line.desk.stale:
        return "stop", gettext("Source has changed"), "notice"
    if reviews.is_ready(line.desk):
        return "wait", gettext("Waits for a lead"), "clock"
    tone, words, sign = STATES[line.desk.state]
    return tone, gettext(words), sign


def to_come(line: Line) -> list[str]:
    """What is missing before clients may be shown it, in a few words each; empty for nothing."""
    if line.ready:
        return []
    if line.desk is None:
        return [gettext("Texts in this language")]
    if reviews.is_ready(line.desk) and not line.desk.wording.active:
        return [gettext("A clinical lead's yes")]
    return counted(line.desk) or [gettext("The next signature")]


def counted(desk: Desk) -> list[str]:
    """What is still open, with numbers."""
    counts = desk.counts
    told = (
        (counts["open"], ngettext("%(n)s text to judge", "%(n)s texts to judge", counts["open"])),
        (counts["change"], ngettext("%(n)s change to decide", "%(n)s changes to decide", counts["change"])),
        (counts["query"], ngettext("%(n)s question to answer", "%(n)s questions to answer", counts["query"])),
        (
            counts["helped"],
            ngettext(
                "%(n)s text that only interpreters judged",
                "%(n)s texts that only interpreters judged",
                counts["helped"],
            ),
        ),
    )
    return [words for count, words in told if count]


def notes(desk: Desk) -> dict[str, tuple[str, str]]:
    """By unit, where it stands and what to mind: for the file."""
    return {unit.key: (where(unit), note(unit)) for unit in desk.units}


def steps() -> list[str]:
    """The states in their order, from the first that is signed to the last."""
    return [step for step in packs.SIGNED if step != reviews.RETIRED]


def _brief() -> tuple[str, ...]:
    return wordings.version().edition(instruments.GIVEN_OUT).item_ids
