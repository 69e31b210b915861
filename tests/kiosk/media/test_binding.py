"""Promises about who may see and hear a resident."""

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.binding import Unbound, binding_text, fingerprints, genuine, signed, without_other_hashes
from server.protocol.messages import Sdp

pytestmark = pytest.mark.slow

A = ":".join(["AB"] * 32)
B = ":".join(["0C"] * 32)
KEY = Ed25519PrivateKey.generate()
PUBLIC = KEY.public_key().public_bytes_raw()


def sdp(*prints: str) -> str:
    return "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n" + "".join(f"a=fingerprint:{p}\r\n" for p in prints)


def offer(text: str) -> Sdp:
    return Sdp(link="voice", attempt=3, kind="offer", sdp=text)


def test_the_text_is_the_one_both_ends_write():
    text = binding_text(
        "T1", 7, "eyes", 2, "answer", sdp(f"sha-256 {B.lower()}", f"sha-256 {A}", f"sha-256 {A}")
    )
    assert text.decode() == f"komado dtls 1\nT1\n7\neyes\n2\nanswer\n{B},{A}"


def test_what_was_signed_is_genuine():
    assert genuine(PUBLIC, "T1", 7, signed(KEY, "T1", 7, offer(sdp(f"sha-256 {A}"))))


@pytest.mark.parametrize(
    "change",
    [
        {"sdp": sdp(f"sha-256 {B}")},
        {"sdp": sdp(f"sha-256 {A}", f"sha-256 {B}")},
        {"sdp": "v=0\r\n"},
        {"attempt": 4},
        {"link": "eyes"},
        {"kind": "answer"},
        {"signature": b""},
        {"signature": bytes(64)},
    ],
)
def test_anything_changed_on_the_way_is_not_genuine(change: dict[str, object]):
    body = signed(KEY, "T1", 7, offer(sdp(f"sha-256 {A}")))
    assert not genuine(PUBLIC, "T1", 7, msgspec.structs.replace(body, **change))


def test_a_signature_of_another_call_or_another_key_is_not_genuine():
    body = signed(KEY, "T1", 7, offer(sdp(f"sha-256 {A}")))
    assert not genuine(PUBLIC, "T2", 7, body)
    assert not genuine(PUBLIC, "T1", 8, body)
    assert not genuine(Ed25519PrivateKey.generate().public_key().public_bytes_raw(), "T1", 7, body)
    assert not genuine(b"", "T1", 7, body)


@pytest.mark.parametrize(
    "door",
    [
        f"a=fingerprint:sha-512 {A}:{A}",
        f"a=fingerprint:SHA-256 {B}",
        f"a=Fingerprint:sha-256 {B}",
        f" a=fingerprint:sha-256 {B}",
        f"x\ra=fingerprint:sha-256 {B}",
        f"x\u2028a=fingerprint:sha-256 {B}",
        f"a=fingerprint:sha-256  {B}",
    ],
)
def test_a_fingerprint_another_parser_might_believe_makes_the_whole_unbound(door: str):
    with pytest.raises(Unbound):
        fingerprints(sdp(f"sha-256 {A}") + door + "\r\n")


def test_aiortcs_other_hashes_are_left_out():
    assert fingerprints(without_other_hashes(sdp(f"sha-256 {A}", f"sha-384 {B}", f"sha-512 {B}"))) == (A,)


@given(st.text(max_size=200))
def test_whatever_is_inserted_the_signed_prints_stay_the_only_ones(noise: str):
    try:
        assert fingerprints(sdp(f"sha-256 {A}") + noise) == (A,)
    except Unbound:
        assert "fingerprint" in noise.lower()
