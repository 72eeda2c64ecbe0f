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

MARK = "xqz7"
"""Stands in every script below, and nowhere else: where it is not text but markup, something got out."""
OPENINGS = (
    "",
    '">',
    "'>",
    "</textarea>",
    "</title></style></script>",
    "</option></select>",
    "--><!--",
    "]]>",
    "{{7*7}}",
    "\\x3c",
)
SCRIPTS = tuple(
    f"{opening}{script}"
    for opening in OPENINGS
    for script in (
        f"<script>{MARK}()</script>",
        f"<img src={MARK} onerror={MARK}()>",
        f"<svg onload={MARK}()>",
        f"<svg><animate onbegin={MARK}() attributeName=x dur=1s>",
        f'<iframe srcdoc="<script>parent.{MARK}()</script>">',
        f"<details open ontoggle={MARK}()>",
        f'<a href="javascript:{MARK}()">x</a>',
        f"<form action=javascript:{MARK}()><button>x",
        f"<base href=//{MARK}.example/>",
        f"<meta http-equiv=refresh content=0;url=javascript:{MARK}()>",
        f"<style>*{{background:url(//{MARK}.example)}}</style>",
        f'" autofocus onfocus={MARK}() x="',
        f"' style=animation-name:x onanimationstart={MARK}() x='",
        f"javascript:{MARK}()//",
        f"<math><mtext></p><style><!--</style><img title='--><img src=x onerror={MARK}()>'>",
    )
)
"""Ways out of text into markup, each with ways to be run there."""
TOGETHER = tuple(" ".join(SCRIPTS[number::50]) for number in range(50))
"""The same, three to a text: each is written everywhere in a third of the time. `javascript:` leads its own."""

CONTROLS = {"rlo": "\u202e", "lro": "\u202d", "rle": "\u202b", "lre": "\u202a", "rli": "\u2067", "lri": "\u2066"}
CONTROLS |= {"fsi": "\u2068", "pdf": "\u202c", "pdi": "\u2069", "rlm": "\u200f", "lrm": "\u200e", "alm": "\u061c"}
TURNED = tuple(f"{sign}{MARK} drow{sign}" for sign in CONTROLS.values())
"""Names that would turn the line they stand in: opened and never closed, or closed and never opened."""

WORDS = {
    "latin": "Zoe\u0308 e\u0301clair A\u030angstro\u0308m",
    "arabic": "\u0645\u064e\u0631\u0652\u062d\u064e\u0628\u064b\u0627 \u0644\u064e\u0627",
    "persian": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u062e\u0627\u0646\u0647\u200c\u0627\u06cc",
    "sorani": "\u06a9\u0648\u0631\u062f\u06cc\u200c\u06cc \u0698\u06cc\u0627\u0646",
    "hebrew": "\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd",
    "ethiopic": "\u12a3\u1235\u1218\u122b \u134d\u1245\u122a\u135f",
    "devanagari": "\u0915\u094d\u200d\u0937 \u0928\u092e\u0938\u094d\u0924\u0947 \u0930\u094d\u200c\u0915",
    "bengali": "\u0995\u09cd\u200c\u09b7 \u09b0\u09cd\u200d\u09af",
    "tamil": "\u0ba8\u0bbf\u0bb2\u0bc6\u0bbe \u0b95\u0bca",
    "sinhala": "\u0dc1\u0dca\u200d\u0dbb\u0dd3 \u0d9a\u0dca\u200d\u0dc2",
    "thai": "\u0e19\u0e49\u0e33\u0e43\u0e08 \u0e01\u0e4d\u0e32",
    "vietnamese": "Vie\u0323\u0302t Nam \u01a1\u0309 \u0111a\u0302\u0301u",
}
"""Twelve ways of writing, with joiners, non-joiners and marks that combine, none of them in composed form."""

ABROAD = "elsewhere.example"
NEXT = tuple(
    f"{start}{ABROAD}{rest}"
    for rest in ("", "/cases", "#/cases")
    for start in (
        "https://",
        "http://",
        "//",
        "///",
        "////",
        "/\\",
        "\\\\",
        "\\/",
        "/\t/",
        "/%09/",
        "/%2f",
        "/%5c",
        "https:",
        "https:///",
        "HtTpS://",
        "javascript:location='//",
        "data:text/html,//",
        "//localhost@",
        "https://localhost:80@",
        "\u3002//",
    )
)
"""Where a sign-in must never send anybody: 60 ways to write another place."""

HOSTS = (
    ABROAD,
    f"localhost.{ABROAD}",
    f"{ABROAD}:80",
    f"localhost@{ABROAD}",
    f"localhost:80@{ABROAD}",
    f"{ABROAD}#localhost",
    f"{ABROAD}/localhost",
    f"{ABROAD}?localhost",
    f"localhost {ABROAD}",
    f"localhost,{ABROAD}",
    f"localhost;{ABROAD}",
    f"localhost%00.{ABROAD}",
    "localhost.",
    "localhost\\",
    "127.0.0.2",
    "[::1]",
    "2130706433",
    "xlocalhost",
    "*",
    f"{ABROAD.upper()}",
)
"""Names that are not ours, 20 of them; some begin or end like one."""

CLIMBS = ("..", "....//..", "..%2f..", "%2e%2e", "%252e%252e", "..%5c..", "..\\..", ".%2e", "%c0%ae%c0%ae", "..;")
TREASURES = ("etc/passwd", "triad/app.py", "config/default.toml", "triad.db", "proc/self/environ")
BEFORE = ("/static/", "/fs-static/", "/import/rejected/", "/static/css/")
CLIMBING = tuple(
    f"{before}{climb}/{climb}/{climb}/{treasure}" for before in BEFORE for climb in CLIMBS for treasure in TREASURES
)
"""Addresses that would leave their folder for a file: 200."""
TREASURE = ("root:", "create_app", "secret_key", "SQLite format", "PATH=")
"""What one of them would show."""

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


STARTS = ("=", "+", "-", "@", "\t=", "\r=", " =", "\n=", "'=", "\uff1d", "\uff0b", "\uff20", "x;=", "x\t@", "x\n-")
"""What makes a cell a formula. Those of full width do in Asia; the last three where cells are parted otherwise."""
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
