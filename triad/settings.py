"""All settings, once: `config/default.toml`, then the profile's file, then `TRIAD_*` from the environment. What a
clinic changes itself lies in the database and goes over these; the ranges for both are here."""

from __future__ import annotations

import os
import stat
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

OPEN_PROFILES = ("demo", "testing")
SHIPPED = ("demo-only", "testing-")  # parts of the secrets in `config/`: public, so no clinic may start with one

SECRETS = ("secret_key", "pepper", "backup_key")
"""Each may have older ones, `<key>_fallbacks`, which still open what they closed; or all lie in `<key>_file`."""
PASSWORDS = ("smtp_password", "sms_key")
HERE = Path(__file__).parent

PLANS = {"pinned_days": (0, 14), "goal_moved": (5_000, 50_000), "goal_travel": (0, 20)}
RANGES = (
    {"briefing_minutes": (0, 60), "debrief_minutes": (0, 60), "setup_minutes": (0, 120), "grace_minutes": (0, 10)}
    | {"min_training_hours": (0, 1000), "window_days": (2, 14), "idle_minutes": (5, 15), "session_hours": (1, 12)}
    | {"note_before_hours": (0, 72), "note_after_hours": (0, 24), "invitation_days": (1, 14), "batch_hour": (0, 23)}
    | PLANS
    | dict.fromkeys(("goal_continuity", "goal_preference", "goal_dialect"), (0, 4_000))
)
"""Lowest and highest. The upper ends of note, login and correction times are what people were promised."""
KEEPS = {"keep_links_days": (30, 365), "keep_repeats_days": (30, 365), "keep_messages_days": (30, 365)}
"""How long what is over lies there until `triad tidy`; lowest and highest. Whoever commands the machine says so."""
SENDING = {"smtp_port": (1, 65_535), "remind_hour": (0, 23), "quiet_from": (0, 23), "quiet_to": (0, 23)}
NUMBERS = RANGES | KEEPS | SENDING
LENGTHS = {"clinic_name": (1, 80), "notice": (0, 300)}  # fewest and most characters
DAYS = ("off", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CHOICES = {"locale": ("en", "de", "fr", "es", "ar"), "release_policy": ("client-choice", "never"), "batch_day": DAYS}
CHOICES |= {"offline_tablets": ("no", "yes")}
CHOSEN = {"smtp_security": ("starttls", "tls", "none")}

CHANGEABLE = frozenset({*RANGES, *LENGTHS, *CHOICES, "zone"})
"""What a clinic may change itself. No secret, no address, nothing that a start depends on."""
BY_TWO = frozenset({"release_policy", "window_days", "batch_day", "batch_hour"})
"""What decides who sees a form, and when: proposed by one person, confirmed by another."""

UNSEEN = ("Cc", "Cs", "Co", "Cn", "Zl", "Zp")  # Unicode categories of signs that nobody sees on a line


class SettingsError(Exception):
    """A setting is unknown, of the wrong kind, or a secret is missing. The message never holds its value."""


@dataclass(frozen=True)
class Settings:
    """Each field is a key of `config/default.toml`, where its meaning stands."""

    profile: str
    clinic_name: str
    database_url: str
    secret_key: str
    secret_key_fallbacks: tuple[str, ...]
    pepper: str
    pepper_fallbacks: tuple[str, ...]
    backup_key: str
    backup_key_fallbacks: tuple[str, ...]
    hosts: tuple[str, ...]
    zone: str
    locale: str
    https: bool
    offer_drafts_to_clients: bool
    briefing_minutes: int
    debrief_minutes: int
    setup_minutes: int
    min_training_hours: int
    window_days: int
    release_policy: str
    batch_day: str
    batch_hour: int
    grace_minutes: int
    idle_minutes: int
    session_hours: int
    factor_for: tuple[str, ...]
    proxies: int
    note_before_hours: int
    note_after_hours: int
    invitation_days: int
    offline_tablets: str
    notice: str
    pinned_days: int
    plan_seconds: int
    goal_moved: int
    goal_continuity: int
    goal_preference: int
    goal_dialect: int
    goal_travel: int
    log_requests: bool
    keep_links_days: int
    keep_repeats_days: int
    keep_messages_days: int
    address: str
    smtp_host: str
    smtp_port: int
    smtp_security: str
    smtp_user: str
    smtp_password: str
    mail_from: str
    mail_name: str
    sms_url: str
    sms_key: str
    remind_hour: int
    quiet_from: int
    quiet_to: int

    def __repr__(self) -> str:
        return f"Settings(profile={self.profile!r})"


def shipped(folder: str) -> Path:
    """Where `config` or `translations` lies: beside the package in a checkout, inside it in a wheel."""
    inside = HERE / "_shipped" / folder
    return inside if inside.is_dir() else HERE.parent / folder


def load(profile: str = "", environ: Mapping[str, str] = os.environ, **overrides: Any) -> Settings:
    """Settings of `profile` ("demo", "testing", or the path of a TOML file; default `TRIAD_CONFIG`).

    Later sources win: default.toml, profile, environment (`TRIAD_<KEY>`), `overrides`. Raises SettingsError.
    """
    values = _read(shipped("config") / "default.toml")
    profile = profile or environ.get("TRIAD_CONFIG", "")
    if profile:
        path = shipped("config") / f"{profile}.toml"
        values |= _read(path if path.is_file() else Path(profile))
    for key in list(values):
        name = f"TRIAD_{key.upper()}"
        if name in environ:
            values[key] = _from_text(key, environ[name], values[key])
    values |= overrides
    _open_files(values)
    return _checked(values)


def _read(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"no settings file {path.name}") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path.name}: {error}") from None
    own = values.get("profile") not in OPEN_PROFILES
    if own and any(values.get(key) for key in (*SECRETS, *PASSWORDS)) and not private(path):
        raise SettingsError(f"{path.name} holds secrets and others can read it: chmod 600")
    return values


def fault(key: str, value: Any) -> str:
    """`range`, `required`, `too_long`, `characters`, `unknown`, `unknown_zone`, or "".

    Asked of files and of what a clinic changes itself alike.
    """
    if key in NUMBERS:
        return "" if NUMBERS[key][0] <= value <= NUMBERS[key][1] else "range"
    if key in LENGTHS:
        return _length_fault(value, *LENGTHS[key])
    if key in CHOICES | CHOSEN:
        return "" if value in (CHOICES | CHOSEN)[key] else "unknown"
    return "unknown_zone" if key == "zone" and not _is_zone(value) else ""


def _length_fault(text: str, fewest: int, most: int) -> str:
    if len(text.strip()) < fewest:
        return "required"
    if len(text) > most:
        return "too_long"
    return "characters" if any(unicodedata.category(sign) in UNSEEN for sign in text) else ""


def _is_zone(name: str) -> bool:
    # ValueError: empty, absolute or not a zone file; OSError: a folder such as "Europe", or a name too long.
    try:
        return bool(ZoneInfo(name))
    except (KeyError, ValueError, OSError):
        return False


def _from_text(key: str, text: str, like: Any) -> Any:
    if isinstance(like, bool):
        return text.lower() in ("1", "true", "yes")
    if isinstance(like, int):
        if not text.strip().isdecimal():
            raise SettingsError(f"{key} needs a whole number")
        return int(text)
    return [part.strip() for part in text.split(",")] if isinstance(like, list) else text


def private(path: Path) -> bool:
    """Is the file for its owner alone?"""
    return stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def _open_files(values: dict[str, Any]) -> None:
    """Secrets in files of their own: the first line is in use, the lines below it are older ones."""
    for key in (*SECRETS, *PASSWORDS):
        if named := values.pop(f"{key}_file"):
            if not (Path(named).is_file() and private(Path(named))):
                raise SettingsError(f"{key}_file is no file that its owner alone can read: chmod 600")
            values[key], *older = Path(named).read_text("utf-8").split() or [""]
            values |= {f"{key}_fallbacks": older} if key in SECRETS else {}


def _check_secrets(values: Mapping[str, Any]) -> None:
    seen: set[str] = set()
    for key in SECRETS:
        for secret in (values[key], *values[f"{key}_fallbacks"]):
            if len(secret) < 32 and (secret or key != "backup_key"):
                raise SettingsError(f"{key} needs at least 32 characters: set TRIAD_{key.upper()}")
            if values["profile"] not in OPEN_PROFILES and any(word in secret for word in SHIPPED):
                raise SettingsError(f"{key} is one that everybody knows: set TRIAD_{key.upper()}")
            if secret and secret in seen:
                raise SettingsError(f"{key} must be a secret of its own")
            seen.add(secret)


def _checked(values: dict[str, Any]) -> Settings:
    known = {one.name: one.type for one in fields(Settings)}
    if unknown := sorted(set(values) - set(known)):
        raise SettingsError(f"unknown setting: {', '.join(unknown)}")
    if missing := sorted(set(known) - set(values)):
        raise SettingsError(f"missing setting: {', '.join(missing)}")
    _check_secrets(values)
    for key, kind in known.items():
        want: type | tuple[type, ...] = {"str": str, "bool": bool, "int": int}.get(str(kind), (list, tuple))
        if not isinstance(values[key], want):
            raise SettingsError(f"{key} is of the wrong kind")
        if wrong := fault(key, values[key]):
            raise SettingsError(f"{key} {_refused(key, wrong)}")
    frozen: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in values.items()}
    return Settings(**frozen)


def _refused(key: str, wrong: str) -> str:
    if wrong == "range":
        return "must be from {} to {}".format(*NUMBERS[key])
    if wrong == "unknown":
        return f"must be one of: {', '.join((CHOICES | CHOSEN)[key])}"
    if wrong == "too_long":
        return f"has more than {LENGTHS[key][1]} characters"
    return {"required": "is missing", "unknown_zone": "is no time zone"}.get(wrong, "holds signs nobody can see")
