"""What makes a password easy to guess: what everybody chooses, what lies side by side, what is known of its owner.

Estimated as a guesser works: known pieces first, whatever is left sign by sign (D. Wheeler, zxcvbn, USENIX Security
2016). No list of stolen passwords is asked, since none could be asked without telling it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise

SHORTEST, LONGEST = 12, 200
"""Characters."""
FEWEST_BITS = 28.0
"""Below this a guesser who has the hash needs minutes; twelve letters without any pattern have thirty."""
LETTER, DIGIT, SIGN = 2.5, 3.3, 4.0
"""Bits of a character in no known piece; letters follow each other as words do, so they have less than they seem."""
WORD, RUN, AGAIN, OWN = 9.0, 5.0, 1.0, 2.0
"""Bits of a piece: a common word, keys or letters in order, what was there before, what is known of the owner."""
YEAR, DAY = 6.0, 14.0
SYLLABLES = "\u1100"
"""From here on Unicode writes syllables and words."""

WORDS = """
123 1234 12345 123456 1234567 12345678 123456789 1q2w3e 1qaz2wsx abc abc123 access admin administrator adobe adrian
alexander alhamdulillah amanda amor andrea andrew angel angela animal anthony apple april arsenal ashley august
austin auto autumn azerty baby bailey banana barcelona baseball basketball batman baum beautiful benjamin berlin
bienvenue bismillah blessed blink182 blue bonjour boston brandon broncos bubbles bundesliga butterfly calendar
carlos cat changeme charlie cheese chelsea chicken chocolate chouchou christ christian client clinic computer contra
contrasena contraseña cookie coordinator correct correcthorsebatterystaple cowboys dallas daniel danielle dasist
david december default demo deutschland diamond doctor dog dolmetscher dolphin donald doudou dragon eagles eminem
england estrella ethiopia facebook family february fernando flower football forever france frankfurt freedom friday
friend friends fussball fußball gabriel galatasaray geheim geheimnis gemini george germany ginger god google guest
habibi hallo hamburg hammer hannah hannover happy harley haus heaven hello hockey hospital hotmail house hund hunter
ichliebedich ilove ilovemy iloveyou inshallah instagram internet interpreter jasmine jasper jennifer jessica jesus
jordan joshua juventus karate katze kennwort killer king kitten klinik letmein liberty liebe lindenhof linkedin
liverpool loulou love lovely lover loveyou lyubov madrid maggie mama marina martin martina mashallah master matrix
matthew maverick meinpasswort mercedes merhaba mexico michael michelle michigan microsoft minecraft modern mohamed
mohammed monday money monkey monster morgan motdepasse mother muhammad mustang muster mynoob naruto natasha nation
ncc1701 newyork nicole nintendo november number october office oliver online orange p4ssw0rd papa parol parola pass
passw0rd passwd password passwort patient patrick peace peanut pepper phoenix player please pokemon praxis princesa
princess privet psychotherapy qazwsx qwer qwerty qwertyuiop rainbow ranger real red richard robert rock root
samantha samsung saturday schalke schatz school secret secure security seni september session seviyorum shadow
shalom sifre sifre123 soccer soleil sommer sonne spider spiderman spring star starwars steelers summer sunday
sunflower sunshine super superman system taylor teamo teddy tequiero teresa test tester testing therapeut therapie
therapist therapy thomas thunder thursday tiffany tigers tigger triad trustno1 tuesday turkey ukraine unicorn user
victoria wasser wednesday welcome welcometriad whatever william willkommen winner winter wizard woman yankees yellow
zxcvbnm
"""
COMMON = frozenset(WORDS.split())
ROWS = (
    "abcdefghijklmnopqrstuvwxyz", "0123456789012", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiopü",
    "asdfghjklöä", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "1qaz", "2wsx", "3edc", "4rfv", "yxcvbnm",
    "azertyuiop", "qsdfghjklm", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю", "ضصثقفغعهخحجد", "شسيبلاتنمكط",
)  # fmt: skip
"""Letters and keys in the order in which fingers and children find them."""
STEPS = frozenset(pair for row in ROWS for two in pairwise(row) for pair in (two, two[::-1]))
DATE = re.compile(r"(?:\d{1,2}[./-]\d{1,2}[./-])?(?:19|20)\d\d")
LEET = str.maketrans("013457@$!+", "oleastasit")
LEET_OTHER = str.maketrans("013457@$!+", "oieastasit")


def fault(password: str, again: str, known: Iterable[str] = ()) -> dict[str, str]:
    """Field -> `too_short`, `too_long`, `common`, `unfit` or `differs`; empty when it will do.

    `known`: what anybody knows of the owner, such as name, address and clinic.
    """
    if len(password) < SHORTEST:
        return {"password": "too_short"}
    if len(password) > LONGEST:
        return {"password": "too_long"}
    if not password.isprintable():
        return {"password": "unfit"}
    if bits(password, known) < FEWEST_BITS:
        return {"password": "common"}
    return {} if password == again else {"again": "differs"}


def bits(password: str, known: Iterable[str] = ()) -> float:
    """How many halvings a guesser needs, at the least of the ways to read it."""
    own = frozenset(_pieces(known))
    plain = unicodedata.normalize("NFKC", password).casefold()
    forms = {plain, plain.replace(" ", ""), plain.translate(LEET), plain.translate(LEET_OTHER)}
    return min(_bits(form, own) for form in forms)


def _pieces(known: Iterable[str]) -> Iterator[str]:
    for text in known:
        yield from (word for word in re.split(r"[\W_]+", text.casefold()) if len(word) > 2)


def _bits(text: str, own: frozenset[str]) -> float:
    total, at = 0.0, 0
    while at < len(text):
        length, cost = _piece(text, at, own)
        total += cost
        at += length
    return total


def _piece(text: str, at: int, own: frozenset[str]) -> tuple[int, float]:
    """The longest known piece that begins here, and its bits."""
    found = [(1, _single(text, at))]
    longest = min(len(text) - at, 32)
    for length in range(longest, 1, -1):
        piece = text[at : at + length]
        if piece in own:
            found.append((length, OWN))
        elif piece in COMMON and length > 2:
            found.append((length, WORD))
        elif piece in text[:at]:
            found.append((length, AGAIN))
    if date := DATE.match(text, at):
        found.append((len(date[0]), YEAR if len(date[0]) == 4 else DAY))
    run = 1
    while at + run < len(text) and (text[at + run - 1], text[at + run]) in STEPS:
        run += 1
    if run > 2:
        found.append((run, RUN))
    return max(found, key=lambda one: (one[0], -one[1]))


def _single(text: str, at: int) -> float:
    if at and text[at] == text[at - 1]:
        return AGAIN / 2
    sign = text[at]
    if sign.isdigit():
        return DIGIT
    # Where a sign is a syllable or a word, it says more than a letter.
    return LETTER if sign == " " or (sign.isalpha() and sign < SYLLABLES) else SIGN
