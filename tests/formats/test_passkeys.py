"""Passkeys: an answer counts only if it was made here, for this question, by the key that is known."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.authenticator import Device
from triad.formats import passkeys
from triad.formats.passkeys import New, Place

HERE = Place("localhost", "http://localhost")
ALIAS = "a" * 64


def made(device: Device, challenge: str = "first") -> New:
    found = passkeys.registered(
        device.create(passkeys.creation(HERE, "Clinic", challenge, ALIAS, "thea", ())), HERE, challenge
    )
    assert found is not None
    return found


def test_a_key_is_made_and_shown() -> None:
    device = Device()
    key = made(device)
    answer = device.get(passkeys.request(HERE, "second"))
    assert passkeys.credential(answer) == key.credential
    assert passkeys.shown(answer, HERE, "second", ALIAS, key) == 1


def test_what_is_asked_for() -> None:
    asked = passkeys.creation(HERE, "Clinic", "question", ALIAS, "thea@example.org", ["abc"])
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["excludeCredentials"] == [{"type": "public-key", "id": "abc"}]
    assert (asked["attestation"], asked["rp"]["id"]) == ("none", "localhost")
    assert passkeys.request(HERE, "question")["allowCredentials"] == []


@pytest.mark.parametrize(
    ("device", "challenge"),
    [
        (Device(origin="https://elsewhere.example"), "first"),
        (Device(verifies=False), "first"),
        (Device(), "another question"),
    ],
)
def test_no_key_from_elsewhere_unrecognised_or_to_another_question(device: Device, challenge: str) -> None:
    answer = device.create(passkeys.creation(HERE, "Clinic", challenge, ALIAS, "thea", ()))
    assert passkeys.registered(answer, HERE, "first") is None


def test_forged_answers_open_nothing() -> None:
    """S8: origin, host, question, owner, recognition and signature are each looked at."""
    device = Device()
    key = made(device)
    asked = passkeys.request(HERE, "second")
    other = made(Device())
    thief = Device(credential=device.credential, alias=device.alias)
    phished = Device(origin="https://elsewhere.example", key=device.key, alias=device.alias)
    blind = Device(verifies=False, key=device.key, alias=device.alias)
    answers = [
        device.get(asked, challenge=passkeys.encoded(b"third")),
        device.get(asked, host="elsewhere.example"),
        thief.get(asked),
        phished.get(asked),
        blind.get(asked),
    ]
    assert [passkeys.shown(answer, HERE, "second", ALIAS, key) for answer in answers] == [None] * 5
    right = device.get(asked)
    assert passkeys.shown(right, HERE, "second", "b" * 64, key) is None
    assert passkeys.shown(right, HERE, "second", ALIAS, other) is None
    assert passkeys.shown(right, HERE, "second", ALIAS, key) == device.count


def test_a_copied_device_is_found_by_its_count() -> None:
    device = Device(count=5)
    key = made(device)
    asked = passkeys.request(HERE, "second")
    device.count = 3
    assert passkeys.shown(device.get(asked), HERE, "second", ALIAS, key) is None
    device.count = 5
    assert passkeys.shown(device.get(asked), HERE, "second", ALIAS, key) == 6


def test_a_device_that_does_not_count_is_let_in() -> None:
    device = Device(counts=False)
    key = made(device)
    assert passkeys.shown(device.get(passkeys.request(HERE, "x")), HERE, "x", ALIAS, key) == 0


GARBAGE: list[Any] = [
    "", "null", "[]", "7", "{}", '"key"', "{", "[" * 19_000, '{"id": 7}', '{"id": null, "response": []}',
    '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {}}', "x" * 30_000,
    json.dumps({"id": "é", "rawId": "!", "type": "public-key", "response": {"clientDataJSON": "e30"}}),
    json.dumps({"id": "a" * 2_000}),
]  # fmt: skip


@pytest.mark.parametrize("answer", GARBAGE)
def test_garbage_is_no_key(answer: str) -> None:
    assert passkeys.registered(answer, HERE, "first") is None
    assert passkeys.shown(answer, HERE, "first", ALIAS, New("eA", "eA", 0)) is None
    assert len(passkeys.credential(answer)) < 10


def test_the_library_is_loaded_by_the_first_passkey_and_not_before() -> None:
    program = (
        "import sys, triad.app\n"
        "print([name for name in ('webauthn', 'OpenSSL') if name in sys.modules])\n"
        "from triad.formats import passkeys\n"
        "passkeys.registered('', passkeys.Place('localhost', 'http://localhost'), 'x')\n"
        "print('webauthn' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\nTrue\n"
