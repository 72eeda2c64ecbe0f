"""Every word the pictures can show; `words` arguments replace any of them. `T`, `I`, `C` name the roles."""

from __future__ import annotations

from collections.abc import Mapping

from triad.web.i18n import lazy

WORDS: Mapping[str, str] = {
    "T": lazy("therapist"),
    "I": lazy("interpreter"),
    "C": lazy("client"),
    "missing": lazy("not available"),
    "low": lazy("not at all"),
    "high": lazy("completely"),
    "decimal": lazy("."),
    "pair": lazy("%(one)s and %(other)s"),
    "way": lazy("%(rater)s about %(about)s"),
    "edge": lazy("%(rater)s about %(about)s: %(value)s."),
    "triangle": lazy("How the three rate each other, 0 to 100"),
    "dumbbell": lazy("The three bonds of one session, 0 to 100"),
    "gap": lazy("gap %(gap)s"),
    "gap_usual": lazy("gap %(gap)s, usual here %(usual)s"),
    "usual": lazy("Upright mark: where the first one named would be at the usual gap."),
    "tracks": lazy("The three bonds over the sessions"),
    "track": lazy("%(rater)s about %(about)s: %(count)s of %(all)s sessions, first %(first)s, latest %(latest)s."),
    "session": lazy("session"),
    "changed": lazy("Upright line: new interpreter from session %(sessions)s."),
    "missing_at": lazy("%(name)s: not available (session %(sessions)s)."),
    "empty": lazy("No ratings yet."),
    "fell": lazy("fell"),
    "back": lazy("back again"),
    "shift": lazy("stays lower"),
    "apart": lazy("stays apart"),
    "watch": lazy("a dip, may be chance"),
    "mark": lazy("%(what)s: session %(sessions)s (%(who)s)"),
    "both": lazy("both"),
    "band": lazy("Pale band: what the earlier sessions lead one to expect."),
    "strip": lazy("The six ratings, session by session, 0 to 100"),
    "strip_row": lazy("%(way)s, session %(sessions)s: %(values)s."),
    "strip_key": lazy("In each row the first one rates the second."),
    "framed": lazy("what a sign is about"),
    "forest": lazy("How ratings differ, with the range each estimate may lie in"),
    "forest_row": lazy("%(group)s, %(label)s: %(value)s."),
    "interval": lazy("%(value)s (%(low)s to %(high)s)"),
    "not_estimable": lazy("not estimable"),
    "no_interval": lazy("%(value)s (range not estimable)"),
    "bars_row": lazy("%(label)s: %(value)s."),
    "share": lazy("%(value)s %% (%(low)s to %(high)s %%)"),
    "nothing_counted": lazy("nothing to count"),
    "nothing_estimated": lazy("Nothing can be estimated yet."),
}
