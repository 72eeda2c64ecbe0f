"""Every address a reader can ask for: the GET routes of the application, with their parameters filled in."""

from __future__ import annotations

import re

from flask import Flask

VALUES: dict[str, tuple[str, ...]] = {
    "cases": ("case-T-1001", "case-T-2002"),
    "sessions": ("enc-rated", "enc-other"),
    "encounters": ("enc-rated", "enc-other"),
    "interpreters": ("p-ines",),
    "needs": ("need-T-1001",),
    "sites": ("site-nord",),
    "notes": ("note-1",),
    "goals": ("goal-1",),
    "id_": ("p-ines", "p-cleo", "none-such"),
    "languages": ("ar", "en", "ti"),
    **dict.fromkeys(("calendar", "messages", "requests", "staffing", "plans", "f", "bulk"), ("none-such",)),
    "voices": ("anchor:1",),
    "listen": ("anchor:1",),
    "origin": ("recorded", "synthetic"),
    "instruments": ("none-such",),
    "at": ("1", "3"),
    "week": ("2027-03-02", "none-such"),
    "welcome": ("none-such",),
    "reset": ("none-such",),
    "static": ("fonts/OFL.txt",),
    "fs-static": ("none-such",),
}
"""Values for a parameter, by the part of the address before it, else by its name."""

PARAMETER = re.compile(r"<(?:any\(([^)]*)\):|\w+:)?(\w+)>")

QUERIES = {
    "/audit": ("check=yes", "verb=ratings.submit"),
    "/people": ("tab=clients", "tab=therapists", "tab=sites"),
    "/pictures": ("order=changed",),
    "/search": ("q=cleo", "q=T-"),
    "/day": ("day=2027-03-02", "day=2027-03-02&site=site-nord"),
    "/week": ("by=sites", "week=2027-03-01"),
    "/my-week": ("week=2027-03-01",),
    "/api/encounters": ("first=2027-02-15&last=2027-03-15",),
    "/api/my-encounters": ("first=2027-02-15&last=2027-03-15",),
}


def addresses(app: Flask) -> list[str]:
    """Every GET route with every known value of its parameters. LookupError for a parameter nobody has values for."""
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        before, *parameters = PARAMETER.split(rule.rule)
        built = [before]
        for options, name, after in zip(parameters[::3], parameters[1::3], parameters[2::3], strict=True):
            folder = before.rstrip("/").rpartition("/")[2] or name
            values = tuple(options.split(",")) if options else VALUES.get(folder)
            if values is None:
                raise LookupError(f"no values for {folder} in {rule.rule}")
            built = [f"{start}{value}{after}" for start in built for value in values]
            before = after
        found += built + [f"{rule.rule}?{query}" for query in QUERIES.get(rule.rule, ())]
    return sorted(set(found))
