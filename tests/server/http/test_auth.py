"""Passwords that cost time, tokens that are only hashed, and the proof a kiosk gives."""

import asyncio
import os

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from server.core.city import Device
from server.http import auth
from server.http.auth import HASHER, Busy, Passwords, hello_text, judge
from server.protocol.messages import Hello
from server.protocol.values import Health, KioskId, SiteId

pytestmark = pytest.mark.slow

KEY = Ed25519PrivateKey.generate()
NONCE = os.urandom(32)
DEVICE = Device(
    id=KioskId("k-1"),
    site=SiteId("kita"),
    name="北1",
    public_key=KEY.public_key().public_bytes_raw(),
    enrolled="2026-11-20T10:00:00+09:00",
    machine="m1",
)


def hello(key: Ed25519PrivateKey = KEY, nonce: bytes = NONCE, machine: str = "m1") -> Hello:
    signature = key.sign(hello_text(nonce, "k-1", machine))
    return Hello(kiosk="k-1", machine=machine, signature=signature, health=Health(version="1"))


def test_only_the_enrolled_machine_with_its_key_and_this_nonce_comes_in() -> None:
    assert judge(hello(), NONCE, DEVICE) is None
    assert judge(hello(), NONCE, None) == "unknown_device"
    assert judge(hello(), os.urandom(32), DEVICE) == "bad_signature"
    assert judge(hello(Ed25519PrivateKey.generate()), NONCE, DEVICE) == "bad_signature"
    assert judge(hello(), NONCE, replace(DEVICE, revoked=True)) == "revoked"
    assert judge(hello(machine="m2"), NONCE, DEVICE) == "copied_key"
    assert judge(hello(), NONCE, replace(DEVICE, public_key=b"short")) == "bad_signature"


def test_a_machine_named_by_a_thief_needs_the_signature_first() -> None:
    forged = replace(hello(), machine="m2")
    assert judge(forged, NONCE, DEVICE) == "bad_signature"


async def test_a_password_fits_its_own_text_only() -> None:
    passwords = Passwords(workers=1)
    try:
        text = await passwords.hash("himitsu-himitsu")
        assert text.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        assert await passwords.fits(text, "himitsu-himitsu")
        assert not await passwords.fits(text, "himitsu-himitsv")
        assert not await passwords.fits(None, "himitsu-himitsu")
        assert not await passwords.fits("no argon2 text", "himitsu-himitsu")
    finally:
        passwords.close()


async def test_more_sign_ins_than_the_queue_holds_are_told_to_come_back() -> None:
    passwords = Passwords(workers=1, waiting=2)
    try:
        tries = await asyncio.gather(*[passwords.hash("x") for _ in range(6)], return_exceptions=True)
        assert sum(isinstance(one, Busy) for one in tries) == 3
        assert await passwords.hash("x")  # and afterwards there is room again
    finally:
        passwords.close()


def test_codes_have_no_letters_that_look_alike_and_forgive_how_they_are_typed() -> None:
    code = auth.new_code()
    assert len(code) == 8
    assert not set(code) & set("01OIL")
    assert auth.tidy_code(f" {code[:4].lower()}-{code[4:]} ") == code


@pytest.mark.parametrize("field", ["time_cost", "memory_cost", "parallelism"])
def test_the_cost_is_what_the_design_says(field: str) -> None:
    assert getattr(HASHER, field) == {"time_cost": 2, "memory_cost": 19_456, "parallelism": 1}[field]
