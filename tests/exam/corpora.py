"""What the attacks of the exam are made of. Every list is our own, and short: its rows are combined, not copied."""

from __future__ import annotations

from collections.abc import Sequence


def mangled(id_: str) -> Sequence[str]:
    """An id bent until it must not open anything any more."""
    return (
        f"{id_} ",
        id_.upper() if id_ != id_.upper() else id_.lower(),
        id_[:-1],
        f"{id_}0",
        f"{id_}%",
        "_" * len(id_),
        f"{id_}'--",
        f"{id_}\u200b",
        "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in id_),
        "*",
        "..",
        "None",
        "0",
        "-1",
        "x" * 300,
    )


FORGED: dict[str, str] = {
    "id": "case-T-2002",
    "role": "admin",
    "roles": "admin",
    "is_admin": "yes",
    "therapist_id": "p-otto",
    "author_id": "p-otto",
    "case_id": "case-T-2002",
    "rater_id": "p-cleo",
    "status": "held",
    "choice": "therapist",
    "locked_at": "2020-01-01",
    "made_by": "a-otto",
    "source": "cli",
    "_method": "DELETE",
    "version_id": "9",
    "__class__": "x",
    "person_id": "p-lena",
    "consent": "yes",
    "audience": "all",
    "policy": "never",
}
"""Names of what somebody would like to write, with a value; none of them belongs to the form it is added to."""


FAVOURITES = (
    "password", "qwerty", "iloveyou", "sunshine", "princess", "football", "welcome", "dragon", "monkey", "letmein",
    "baseball", "superman", "trustno1", "starwars", "whatever", "liverpool", "passwort", "hallo", "schatz", "berlin",
)  # fmt: skip
USUAL = ("{0}{0}{0}", "{0}123456789", "{1}2024!!!", "{0}.{0}.{0}", "{1}{1}1!")
"""What everybody chooses, and how everybody makes it longer."""
TOO_SHORT = ("", "a", "heron", "xkqjvhzpwmb", "9tH!kQ2$vR7", "tall herons", "عصافير طوي", "ሰላም ዓለም")
"""Nothing wrong with these but that they are short of twelve characters."""


def weak_passwords() -> Sequence[str]:
    made = [way.format(word, word.title()) for word in FAVOURITES for way in USUAL]
    return [one if len(one) >= 12 else one + "1" * (12 - len(one)) for one in made]


STARTS = ("=", "+", "-", "@", "\t=", "\r=", " =", "\n=", "'=", "\uff1d", "\uff0b", "\uff20")
"""What makes a cell a formula; the last three are of full width, which spreadsheets in Asia take as well."""
RESTS = ("1+1", "cmd|'/C calc'!A0", 'HYPERLINK("//x.y")', "SUM(A1:A9)*2", '-2+3"')
FORMULAS = tuple(start + rest for start in STARTS for rest in RESTS)
NUMBERS = (
    "0", "-0", "-5", "+5", "3.25", "-3.25", "-0,5", "12,5", "-1e-05", "1e+22", "-2.220446049250313e-16",
    "+49301234567", "-99", "100.0", "\u0661\u0662", "-\u0663",
)  # fmt: skip
"""As programs and people write them."""


STATEMENTS = (
    "' OR 'zqx'='zqx", "zqx'; DROP TABLE account; --", '" OR "zqx"="zqx',
    "zqx') UNION SELECT password FROM account --", "1 OR 1=1 zqx", "zqx%' --", "zqx_%", "zqx\\' OR 1=1 --",
    "(SELECT zqx)", "name; SELECT zqx", "zqx desc, (SELECT 1)", "1; ATTACH 'zqx' AS a", "zqx'||(SELECT 1)||'",
    "0x7a7178 zqx", "zqx/**/OR/**/1=1", "$$zqx$$", "zqx\u02bc OR 1=1 --", "pg_sleep(9) zqx",
    "zqx' AND 1=randomblob(9) --", "-1 UNION ALL SELECT zqx",
)  # fmt: skip
TEMPLATES = (
    "{{{{{0}}}}}zqx", "${{{0}}}zqx", "<%= {0} %>zqx", "#{{{0}}}zqx", "{{% print({0}) %}}zqx",
    "zqx{{{{config}}}}{{{{{0}}}}}", "[[{0}]]zqx", "@({0})zqx", "{{{{'zqx'}}}}{{{{{0}}}}}", "*{{{0}}}zqx",
    "=zqx+{0}", "{{php}}echo {0};zqx", "%{{{0}}}zqx", "~{{{0}}}zqx", "{{!{0}!}}zqx",
)  # fmt: skip
ADDRESSES = (
    "http://127.0.0.1:9/zqx", "http://localhost:9/zqx", "https://zqx.invalid/", "//zqx.invalid/x",
    "ftp://127.0.0.1/zqx", "file:///etc/passwd?zqx", "gopher://127.0.0.1:9/zqx", "http://[::1]:9/zqx",
    "http://2130706433:9/zqx", "zqx@127.0.0.1", "http://169.254.169.254/zqx", "dict://127.0.0.1:9/zqx",
    "\\\\127.0.0.1\\zqx", "jar:http://127.0.0.1:9!/zqx", "data:text/html,zqx", "ldap://127.0.0.1:9/zqx",
    "http://zqx.invalid@127.0.0.1:9/", "../../../etc/passwd#zqx", "/proc/self/environ#zqx",
    "C:\\windows\\win.ini#zqx",
)  # fmt: skip


def injections() -> Sequence[str]:
    """Statements, templates and addresses, plain and in what people would write around them."""
    around = ("{}", "Ms {}", "{} ", "\u2068{}\u2069")
    statements = [way.format(one) for way in around for one in STATEMENTS]
    templates = [way.format(one.format("1337*7919")) for way in around for one in TEMPLATES]
    return [*statements, *templates, *(way.format(one) for way in around[:3] for one in ADDRESSES)]
