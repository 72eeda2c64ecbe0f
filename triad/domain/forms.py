"""The client's form as a sequence of screens: which there are, which is next, in which words it may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, lru_cache

from triad.domain import errors, giving, instruments, voices
from triad.domain.giving import Given
from triad.domain.instruments import PROVENANCE, InstrumentVersion, Line, Wording
from triad.domain.parties import Role
from triad.domain.release import COUNTED, NEVER, TO_LEAD, TO_THERAPIST
from triad.domain.voices import WHO_SEES, WHO_SEES_NEVER, Clip

CHOICES = (TO_THERAPIST, TO_LEAD, COUNTED)
LINK, TABLET, PAPER = "link", "tablet", "paper"
WAYS = {LINK: "own_device", TABLET: "clinic_tablet", PAPER: "paper_transcribed"}
"""The way in by which a form was sent, and the mode that goes with it where nobody helped."""

MODES = {
    "nobody": "own_device",
    "staff": "read_by_other_staff",
    "interpreter": "read_by_interpreter",
    "relative": "relative",
}
"""Who helped, as asked on the form, and the mode a rating is stored under."""

HEARD = "recorded_audio"
RECORDING = "recording"
"""Said on the form where nobody helped but a recording did; asked only where all of it can be heard."""
STRENGTH = (
    "own_device",
    "clinic_tablet",
    HEARD,
    "paper_transcribed",
    "relative",
    "read_by_other_staff",
    "read_by_interpreter",
)
"""Every mode, the more of somebody else's hand in it the later. The interpreter, who is rated, hides all others."""

BEFORE = ("language", "who_sees", "practice")
AFTER = ("who_helped", "review", "choice")
PASSED = ("who_sees", "practice", "review")
"""Screens that are done when they were passed; nothing of them is kept."""

CONTACT_ME, CONTACT_LEAD, ANOTHER_INTERPRETER = WISHES = ("contact_me", "contact_lead", "another_interpreter")
"""What can be asked for beside the questions, at the end or on any screen before; none of it needs an answer."""

VISIT, LONGEST_VISIT = timedelta(minutes=10), timedelta(minutes=30)
"""How long a page stays open without a step, and how long in all; after that the link opens it again."""
UNTOUCHED = timedelta(seconds=90)
"""The same for a page on a clinic's tablet, which the next person takes into their hands."""


def mode(way: str, helped: str) -> str:
    """How a form was filled in: the strongest help there was. `helped` is a key of MODES, or RECORDING."""
    return max(WAYS[way], HEARD if helped == RECORDING else MODES[helped], key=STRENGTH.index)


def visit_ends(opened: datetime, now: datetime, way: str = LINK) -> datetime:
    """When a page that was opened then, and is in use now, will be over."""
    return min(now + (UNTOUCHED if way == TABLET else VISIT), opened + LONGEST_VISIT)


@dataclass(frozen=True)
class State:
    """Where a form stands: `done` names screens and never what was chosen; `sent` leaves nothing but thanks.

    `policy` is the one it is filled in under. `clips` are those of the language that a client may hear.
    `ahead`: on a tablet that keeps answers while it has no network.
    """

    given: Given
    offered: tuple[Wording, ...]
    done: frozenset[str]
    sent: bool
    contact_asked: bool
    policy: str
    clips: Mapping[str, Clip] = field(default_factory=dict)
    ahead: bool = False

    @property
    def wording(self) -> Wording:
        return self.given.wording

    @property
    def lines(self) -> tuple[Line, ...]:
        return self.given.lines

    @property
    def spoken(self) -> dict[str, str]:
        """Unit to text, of all that can be read aloud on this form."""
        return voices.texts(self.wording, self.lines, (WHO_SEES_NEVER if self.sealed else WHO_SEES,))

    @property
    def voices(self) -> dict[str, Clip]:
        """Unit to the clip that is heard."""
        return {unit: self.clips[unit] for unit in self.spoken if unit in self.clips} if self.clips else {}

    @property
    def helps(self) -> tuple[str, ...]:
        """What may be said of who helped: a recording only where there is one of everything."""
        return (*MODES, RECORDING) if self.spoken.keys() <= self.clips.keys() else tuple(MODES)

    @property
    def interpreted(self) -> bool:
        """Whether somebody interpreted, and so another could be wished for."""
        return self.given.interpreted

    @property
    def sealed(self) -> bool:
        """Whether nobody will see it, so that nothing is asked about who may."""
        return self.policy == NEVER

    @cached_property
    def screens(self) -> tuple[str, ...]:
        # What is practised on are the faces of Triad's own form.
        before = [screen for screen in BEFORE if self.given.form is None or screen != "practice"]
        return (*before, *(line.key for line in self.lines), *AFTER)

    @cached_property
    def current(self) -> str:
        """The first screen that is not done; `choice` is done by sending only."""
        return next(screen for screen in self.screens if screen not in self.done)

    def line(self, screen: str) -> Line | None:
        """The line a screen asks about; None where it asks about none."""
        return next((line for line in self.lines if line.key == screen), None)

    def reaches(self, screen: str) -> bool:
        """Whether the screen is done or the next one; Unfit for one this form does not have."""
        if screen not in self.screens:
            raise errors.Unfit({"screen": "unknown"})
        return self.screens.index(screen) <= self.screens.index(self.current)


@lru_cache(maxsize=32)
def asked(version: InstrumentVersion, edition: str, interpreted: bool) -> tuple[Line, ...]:
    """The client's lines."""
    return giving.with_whom(instruments.lines(version, edition, Role.CLIENT), interpreted)


def reviewed(wording: Wording) -> bool:
    """Whether experts have checked it and a lead let it out, or it is what all others are checked against."""
    checked = PROVENANCE[PROVENANCE.index("expert_reviewed") : PROVENANCE.index("retired")]
    return wording.provenance == "source" or (wording.active and wording.provenance in checked)


@lru_cache(maxsize=8)
def offered(
    wordings: tuple[Wording, ...], version: InstrumentVersion, edition: str, drafts: bool
) -> tuple[Wording, ...]:
    """Those a client may be shown: complete, words of the screens included, and reviewed unless `drafts` are allowed.

    What is complete the source decides, which is one of them.
    """
    needed = {key for one in wordings if one.provenance == "source" for key in one.ui}
    return tuple(
        one
        for one in wordings
        if (reviewed(one) or (drafts and one.provenance != "retired"))
        and needed <= one.ui.keys()
        and one.covers(version, edition, Role.CLIENT)
    )
