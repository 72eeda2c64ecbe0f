# ruff: noqa: E501  (tables are read by column, not by line)
"""Folders of CSV files for the tests of imports: a good one, and one with an error of every kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from triad.services.imports import Preview
from triad.store.calendars import COUNTED
from triad.store.db import db
from triad.store.types import Base

GOOD = {
    "sites": """external_ref,name,zone,address,rooms
N,Nordhaus,Europe/Berlin,Nordweg 7,Blue|Green
L,Limehouse,Europe/London,,One
""",
    "interpreters": """external_ref,name,email,gender,zone,site,modes,skills,credentials,training_hours,ethics_on,check_expires,adult,max_week
I1,Selam ሰላም,selam@example.org,woman,Europe/Berlin,N,in_person|video,ti>de~5|am>de~3,BDÜ~certified~ti~both~2025-01-01~2029-01-01~7,160,2025-03-01,2030-01-01,yes,20
I2,"O'Neil, ""Mo"" B",,man,Europe/London,Limehouse,telephone,apc>en~4,,120,2025-03-01,2030-01-01,yes,
""",
    "therapists": """external_ref,name,email,zone,site,languages
T1,Dr. Anna Weiß,,Europe/Berlin,N,de|en
""",
    "clients": """external_ref,client_code,name,spoken,read,form_language
C1,K-0001,ኣስመረት,ti,ti,ti
C2,K-0002,,apc,ar,ar
""",
    "cases": """external_ref,client_ref,therapist_ref,site,opened_on,usual_interpreter_ref,language,strict,level,gender_wish,wish_kind,mode
F1,C1,T1,N,2027-01-10,I1,ti,yes,4,woman,require,in_person
F2,C2,T1,N,2027-01-11,,apc,no,3,,,telephone
""",
    "availability": """external_ref,person_ref,weekday,from,to,zone
A1,I1,monday,08:00,18:00,Europe/Berlin
A2,I2,2,9:00,00:00,Europe/London
""",
    "time_off": """external_ref,person_ref,from_date,from_time,to_date,to_time,zone
O1,I1,2027-03-27,,2027-03-28,,Europe/Berlin
""",
    "encounters": """external_ref,case_ref,date,start,minutes,zone,site,room,mode_i,language,interpreter_ref,status,cancelled_by,cancelled_at,series_ref
E1,F1,2027-02-22,10:00,50,Europe/Berlin,N,Blue,in_person,ti,I1,held,,,S1
E2,F1,2027-03-08,10:00,50,Europe/Berlin,N,Blue,in_person,ti,I1,,,,S1
E3,F2,2027-03-08,14:00,60,Europe/Berlin,N,Green,telephone,ar,,scheduled,,,
E4,F2,2027-02-23,14:00,60,Europe/Berlin,,,telephone,apc,I2,cancelled,client,2027-02-22 09:00,
""",
}

PLANTED: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    "sites": (
        "external_ref,name,zone\nX1,Hof,Europe/Belrin\nX2,,Europe/Berlin\nX3,Site Nord,Europe/Berlin\nN,Nordhaus,Europe/Berlin\nN,Zwei,Europe/Berlin\n",
        [
            ("sites", 2, "zone", "unknown_zone", ("Europe/Berlin", "Europe/Dublin")),
            ("sites", 3, "name", "required", ()),
            ("sites", 4, "name", "taken", ()),
            ("sites", 6, "external_ref", "twice", ()),
        ],
    ),
    "interpreters": (
        "external_ref,name,gender,zone,site,modes,skills,adult,email,ethics_on\n"
        "I1,A,female,Europe/Berlin,,video,ti>de~5,yes,,\n"
        "I2,B,,Europe/Berlin,Site Nrod,video,ti>de~5,yes,,\n"
        "I3,C,,Europe/Berlin,,phone,Kurdish>de~5,maybe,a@b,03/04/2027\n"
        "I4,D,,Europe/Berlin,,video,tigrinja>de~5,yes,,25.12.2026\n"
        "I5,E,,Europe/Berlin,,video,ti>de~5,yes,,\n",
        [
            ("interpreters", 2, "gender", "unknown", ("woman",)),
            ("interpreters", 3, "site", "unknown", ("Site Nord",)),
            ("interpreters", 4, "email", "email", ()),
            ("interpreters", 4, "modes", "unknown", ("telephone",)),
            ("interpreters", 4, "skills", "which_variety", ("kmr", "ckb")),
            ("interpreters", 4, "ethics_on", "date_order", ("2027-04-03", "2027-03-04")),
            ("interpreters", 4, "adult", "unknown", ("yes", "no")),
            ("interpreters", 5, "skills", "unknown_language", ("ti",)),
            ("interpreters", 5, "ethics_on", "date", ("2026-12-25",)),
        ],
    ),
    "therapists": (
        "external_ref,name,zone\nI5,Same,Europe/Berlin\nT1,T,Europe/Berlin\n",
        [("therapists", 2, "external_ref", "other_kind", ())],
    ),
    "clients": (
        "external_ref,client_code,spoken,read,gender_wish,wish_kind\n"
        "C1,K-cleo,ti,ti,,\nC2,Z-2,ti,apc,,\nC3,Z-3,ti,ti,woman,require\nC4,Z-4,ti,ti,woman,\nC5,Z-5,ti,ti,,\n",
        [
            ("clients", 2, "client_code", "taken", ()),
            ("clients", 3, "read", "spoken_only", ("ar",)),
            ("clients", 4, "gender_wish", "wish_without_case", ()),
            ("clients", 5, "wish_kind", "goes_together", ()),
        ],
    ),
    "cases": (
        "external_ref,client_ref,therapist_ref,opened_on,closed_on,language\n"
        "F1,C1,T1,2027-01-01,,ti\nF2,C5,T9,2027-01-01,,ti\nF3,C5,T1,2027-01-02,2027-01-01,ti\nF4,C5,T1,2027-02-30,,ti\n"
        "F5,C5,T1,2027-01-01,,ti\nT-1001,C5,p-thea,2026-12-01,,ti\n",
        [
            ("cases", 2, "client_ref", "row_refused", ()),
            ("cases", 3, "therapist_ref", "unknown", ()),
            ("cases", 4, "closed_on", "order", ()),
            ("cases", 5, "opened_on", "no_such_day", ()),
            ("cases", 7, "client_ref", "fixed", ("K-cleo",)),
        ],
    ),
    "availability": (
        "external_ref,person_ref,weekday,from,to,zone\nA1,I5,mondy,08:00,09:00,Europe/Berlin\n"
        "A2,I5,1,09:00,08:00,Europe/Berlin\nA3,I5,1,9.30,10:00,Europe/Berlin\nA4,I5,1,9:30,10:00,Europe/Berlin\n",
        [
            ("availability", 2, "weekday", "unknown", ("monday",)),
            ("availability", 3, "to", "order", ()),
            ("availability", 4, "from", "time", ("09:30",)),
        ],
    ),
    "time_off": (
        "external_ref,person_ref,from_date,to_date,zone,to_time\nO1,I5,2027-05-02,2027-05-01,Europe/Berlin,\n"
        "O2,I5,2027-03-28,2027-03-28,Europe/Berlin,02:30\nO3,I5,2027-05-01,2027-05-01,Europe/Berlin,\n",
        [
            ("time_off", 2, "to_date", "order", ()),
            ("time_off", 3, "to_time", "time_gap", ("01:59", "03:00")),
        ],
    ),
    "encounters": (
        "external_ref,case_ref,date,start,minutes,zone,site,room,language,interpreter_ref,status,cancelled_by\n"
        "E01,F5,2027-03-28,02:30,50,Europe/Berlin,,,ti,,,\n"
        "E02,F5,2027-10-31,02:30,50,Europe/Berlin,,,ti,,,\n"
        "E03,F5,2027-10-31,02:30+01:00,50,Europe/Berlin,,,ti,,,\n"
        "E04,F5,2027-04-05,10:00+01:00,50,Europe/Berlin,,,ti,,,\n"
        "E05,F5,2027-04-05,10:00,50,Europe/Berlin,,,ti,I5,,\n"
        "E06,F5,2027-04-05,10:30,50,Europe/Berlin,,,ti,,,\n"
        "E07,T-1001,2027-04-05,11:00,50,Europe/Berlin,,,ti,I5,,\n"
        "E08,T-1001,2027-04-05,10:00,50,Europe/Berlin,N,Blau,ti,,,\n"
        "E09,T-1001,2027-04-05,10:00,50,Europe/Berlin,S1,Room 1,ar,,,\n"
        "E10,T-1001,2027-04-05,10:00,50,Europe/Berlin,S1,Room 1,ti,,held,\n"
        "E11,T-1001,2027-04-05,10:00,50,Europe/Berlin,S1,Room 1,ti,,cancelled,\n"
        "E12,T-1001,2027-04-05,10:00,500,Europe/Berlin,S1,Room 1,ti,,,\n"
        "E13,T-1001,2027-03-02,14:00,50,Europe/Berlin,S1,Room 1,ti,,,\n"
        "E14,T-1001,2027-04-05,10:00,50,Europe/Berlin,S1,Room 1,ti,p-ines,,\n"
        "E15,T-2002,2027-04-05,10:10,50,Europe/Berlin,S1,Room 1,ar,,,\n"
        "E16,T-2002,2027-04-05\n",
        [
            ("encounters", 2, "start", "time_gap", ("01:59", "03:00")),
            ("encounters", 3, "start", "time_repeats", ("02:30+02:00", "02:30+01:00")),
            ("encounters", 5, "start", "offset", ("10:00+02:00",)),
            ("encounters", 7, "start", "clash_therapist", ("09:50–11:05",)),
            ("encounters", 8, "interpreter_ref", "clash_interpreter", ("09:50–11:05",)),
            ("encounters", 9, "room", "unknown", ()),
            ("encounters", 10, "language", "not_in_case", ("ti",)),
            ("encounters", 11, "status", "future", ("scheduled",)),
            ("encounters", 12, "cancelled_by", "goes_together", ()),
            ("encounters", 13, "minutes", "range", ("5–480",)),
            ("encounters", 14, "start", "clash_therapist", ("14:20–15:35",)),
            ("encounters", 16, "room", "clash_room", ("10:00–10:50",)),
            ("encounters", 17, "", "cell_count", ("12",)),
        ],
    ),
}
"""File -> its rows, and the findings against them: file, row, column, rule, hints."""


def files(tables: Mapping[str, str]) -> dict[str, bytes]:
    return {f"{name}.csv": text.encode() for name, text in tables.items()}


def changed(file: str, old: str, new: str) -> dict[str, str]:
    assert old in GOOD[file]
    return {**GOOD, file: GOOD[file].replace(old, new)}


def dump(but: tuple[str, ...] = ("audit_entry", "import_batch")) -> dict[str, list[str]]:
    """Every row of every table as text, in no order that matters; calendars count on, also where all is as before."""
    db.session.close()
    return {
        table.name: sorted(
            repr(tuple(row)) for row in db.session.execute(select(*(c for c in table.c if c.name not in COUNTED)))
        )
        for table in Base.metadata.sorted_tables
        if table.name not in but
    }


def brief(preview: Preview) -> list[tuple[Any, ...]]:
    return [(one.file, one.row, one.column, one.rule, one.hints) for one in preview.findings]
