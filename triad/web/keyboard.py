"""The keys of the desk, in the order in which they are learnt, and what each is for; `js/desk.js` obeys them."""

from __future__ import annotations

from triad.web.i18n import gettext, lazy

KEYS = (
    ("/", lazy("Search")),
    ("g u", lazy("Go to the sessions without an interpreter")),
    ("g b", lazy("Go to the week")),
    ("g r", lazy("Go to the requests")),
    ("j", lazy("Next row")),
    ("k", lazy("Row before")),
    ("Enter", lazy("Open the row")),
    ("x", lazy("Select the row")),
    ("Shift X", lazy("Select all rows from the last one to here")),
    ("a", lazy("Assign whoever fits best")),
    ("o", lazy("Ask somebody")),
    ("r", lazy("Replace the interpreter")),
    ("c", lazy("Cancel")),
    ("n", lazy("Go on with the next one")),
    ("t", lazy("Today or this week")),
    ("[", lazy("Day or week before")),
    ("]", lazy("Day or week after")),
    ("u", lazy("Undo")),
    ("?", lazy("Show these keys")),
)


def listed() -> list[tuple[list[str], str]]:
    """The keys to press one after the other, or with Shift held, and the words."""
    return [(keys.split(), gettext(words)) for keys, words in KEYS]
