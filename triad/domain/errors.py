"""Every refusal Triad can give, as one tree. No sentence, no status: `web/errors.py` has both.

TriadError
├── NotFound            not there, or not yours: nobody can tell which
├── NotAllowed          you may know it exists, and may not do this to it
├── Unfit               the values given do not fit; `fields` says which and why
├── Conflict            the state of things does not allow it now
│   ├── BadTransition   this step does not lead on from this state
│   ├── Clash           somebody or something is taken at that time
│   ├── NotEligible     the complete list of reasons against an interpreter
│   ├── Inactive        somebody or something that takes no new bookings any more
│   ├── StillPlanned    sessions to come that would have to go first
│   └── Stale           somebody else changed it first
├── Closed              a link, window or form that is over
├── TooOften            too many tries that failed; `seconds` until the next may come
└── Unavailable         the database can take or give nothing now; `seconds` until asking again is worth it
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class TriadError(Exception):
    """A refusal: a stable `code`, and `details` that a sentence can be made from. Never a secret in either."""

    code = "refused"

    def __init__(self, code: str | None = None, **details: Any) -> None:
        self.code = code or type(self).code
        self.details = details
        super().__init__(self.code)


class NotFound(TriadError):
    code = "not_found"


class NotAllowed(TriadError):
    code = "not_allowed"


class Unfit(TriadError):
    """`fields` maps a field's name to a code such as `required`, `unknown`, `too_long`, `time_gap`."""

    code = "unfit"

    def __init__(self, fields: Mapping[str, str], **details: Any) -> None:
        self.fields = dict(fields)
        super().__init__(None, **details)


class Conflict(TriadError):
    code = "conflict"


class BadTransition(Conflict):
    code = "bad_transition"


class Clash(Conflict):
    """`details["who"]` is a role or "room"; `details["span"]` the time taken. Never whose case it is."""

    code = "clash"


class NotEligible(Conflict):
    code = "not_eligible"

    def __init__(self, reasons: Sequence[Any]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(None)


class Inactive(Conflict):
    """`details["who"]` is a role or "room"."""

    code = "inactive"


class StillPlanned(Conflict):
    """`details["sessions"]` are those to come, soonest first, each with `id`, `starts_at` and `zone`."""

    code = "still_planned"


class Stale(Conflict):
    code = "stale"


class Closed(TriadError):
    code = "closed"


class TooOften(TriadError):
    code = "too_often"

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(None)


class Unavailable(TriadError):
    """`why` is for whoever runs the house, never for whoever asked. `again`: nothing at all was written before."""

    code = "unavailable"

    def __init__(self, why: str, seconds: int, again: bool = False) -> None:
        self.why, self.seconds, self.again = why, seconds, again
        super().__init__(None)
