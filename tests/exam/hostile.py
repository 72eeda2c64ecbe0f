"""A hundred files to bring in: what is no table, tables and columns that are none of an import's, words that bite."""

from __future__ import annotations

import codecs
import pickle
import zlib
from collections.abc import Iterator, Mapping

from tests.services.folders import GOOD

Files = Mapping[str, bytes]
SITE = "external_ref,name,zone\nS9,{},Europe/Berlin\n"
BOMB = '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'

NO_TABLES: Mapping[str, bytes] = {
    "a workbook": b"PK\x03\x04\x14\x00\x08\x08",
    "an old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "an empty archive": b"PK\x05\x06" + bytes(18),
    "a packed file": zlib.compress(SITE.format("West").encode()),
    "an image": b"\x89PNG\r\n\x1a\n",
    "a document": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
    "a program": b"\x7fELF\x02\x01\x01",
    "a database": b"SQLite format 3\0",
    "an object": pickle.dumps({"roles": ["admin"]}),
    "UTF-16": SITE.format("West").encode("utf-16"),
    "UTF-16 without a mark": SITE.format("West").encode("utf-16-le"),
    "UTF-32": SITE.format("West").encode("utf-32"),
    "Latin-1": SITE.format("K\xf6ln").encode("latin-1"),
    "half a character": SITE.format("West").encode() + b"\xe1\x88",
    "overlong": SITE.format("West").encode() + b"\xc0\xaf",
    "a surrogate": SITE.format("West").encode() + b"\xed\xa0\x80",
    "a NUL": SITE.format("We\0st").encode(),
    "XML": b"<?xml version='1.0'?><sites><site name='West'/></sites>",
    "entities": BOMB.encode(),
    "a page": b"<html><script>alert(1)</script></html>",
    "YAML": b"!!python/object/apply:os.system ['id']",
    "JSON": b'{"sites": [{"external_ref": "S9"}]}',
    "nothing": b"",
    "a mark alone": codecs.BOM_UTF8,
    "white space": b" \r\n\t\r\n",
    "a quote without end": b'external_ref,name,zone\n"S9,West,Europe/Berlin\n',
    "a cell past all bounds": SITE.format("x" * 200_000).encode(),
    "columns past all bounds": ",".join(f"c{number}" for number in range(10_000)).encode(),
    "a column twice": b"external_ref,name,zone,name\nS9,West,Europe/Berlin,Ost\n",
    "a column without a name": b"external_ref,name,zone,\nS9,West,Europe/Berlin,x\n",
}

FOREIGN: Mapping[str, str] = {
    "ratings": "encounter,party,choice,locked_at\ne1,client,therapist,2027-01-01\n",
    "rating": "id,encounter_id,party\nr1,e1,client\n",
    "answers": "rating_id,item,value\nr1,bond.1,5\n",
    "answer": "rating_id,item,value\nr1,bond.1,5\n",
    "scores": "rating_id,direction,pomp\nr1,CT,100\n",
    "role_grant": "account_id,name\na-kora,admin\n",
    "roles": "account_id,name\na-kora,admin\n",
    "account": "email,password,roles\nx@example.org,x,admin\n",
    "accounts": "email,password,roles\nx@example.org,x,admin\n",
    "consent": "case_id,party,version\ncase-T-1001,client,1\n",
    "agreement": "case_id,version\ncase-T-1001,1\n",
    "exclusion": "client_id,interpreter_id\np-cleo,p-ines\n",
    "cultural_note": "case_id,text\ncase-T-1001,x\n",
    "goal": "case_id,words\ncase-T-1001,x\n",
    "api_key": "account_id,scopes\na-kora,import\n",
    "setting_change": "key,value\nwindow_days,1\n",
    "invitation": "encounter_id,token_hash\ne1,x\n",
    "login_session": "hash,account_id\nx,fs-ada\n",
    "audit_entry": "verb,account\nnothing,a-kora\n",
    "../accounts": "email\nx@example.org\n",
}
"""Tables by names an import does not know."""

MORE = ("role", "consent", "choice", "password", "id")
"""Columns that would give a right, or say what somebody else has to say."""

BITING: Mapping[str, tuple[str, str, str]] = {
    "a script": ("sites", "Nordhaus", "<script>alert(1)</script>"),
    "a formula": ("sites", "Nordhaus", "=HYPERLINK(1)"),
    "a template": ("sites", "Nordhaus", "{{ config }}"),
    "a statement": ("sites", "Nordhaus", "'); DROP TABLE site; --"),
    "a turned word": ("sites", "Nordhaus", "\u202edrow\u202c"),
    "a place of somebody else's": ("sites", "N,Nordhaus", "site-nord,Nordhaus"),
    "a zone that is a path": ("sites", "Nordhaus,Europe/Berlin", "Nordhaus,../../etc/passwd"),
    "somebody's id": ("interpreters", "I1,", "p-ines,"),
    "an account's id": ("interpreters", "I1,", "a-ada,"),
    "a client as interpreter": ("interpreters", "I1,", "p-cleo,"),
    "an address of an account": ("interpreters", "selam@example.org", "ada@example.org"),
    "hours without end": ("interpreters", ",160,", ",99999999999999999999,"),
    "a level that is none": ("interpreters", "ti>de~5", "ti>de~99"),
    "a therapist who interprets": ("therapists", "T1,", "I1,"),
    "a code that is taken": ("clients", "K-0001", "K-cleo"),
    "a case of another client": ("cases", "F1,C1", "T-1001,C1"),
    "a case without a client": ("cases", "F1,C1", "F1,p-ines"),
    "a therapist who is none": ("cases", "F1,C1,T1", "F1,C1,p-kora"),
    "hours of a client": ("availability", "A1,I1", "A1,p-cleo"),
    "time off of a therapist": ("time_off", "O1,I1", "O1,p-thea"),
    "a session held tomorrow": ("encounters", "ti,I1,,,,S1", "ti,I1,held,,,S1"),
    "a session of somebody else's": ("encounters", "E1,F1", "E1,T-2002"),
    "an interpreter who is none": ("encounters", "ti,I1,held", "ti,p-thea,held"),
    "a session of a year": ("encounters", "10:00,50,", "10:00,525600,"),
    "a session in the year one": ("encounters", "E1,F1,2027-02-22", "E1,F1,0001-01-01"),
}
"""File, what stands in a good one, and what stands there instead."""


def files() -> Iterator[tuple[str, Files]]:
    """Each by its name; the rest of the folder comes along where a row needs it."""
    for name, content in NO_TABLES.items():
        yield name, {"sites.csv": content}
    for table, text in FOREIGN.items():
        yield f"a table {table}", {f"{table}.csv": text.encode(), "sites.csv": SITE.format("West").encode()}
    for table in ("interpreters", "therapists", "clients", "cases", "encounters"):
        for column in MORE:
            heading, *rows = GOOD[table].splitlines()
            forged = "\n".join([f"{heading},{column}", *(f"{row},admin" for row in rows)])
            yield f"{table} with {column}", _folder(table, forged)
    for name, (table, old, new) in BITING.items():
        assert old in GOOD[table], name
        yield name, _folder(table, GOOD[table].replace(old, new))


def _folder(table: str, text: str) -> Files:
    return {f"{name}.csv": held.encode() for name, held in {**GOOD, table: text}.items()}
