"""Ties a DTLS certificate to a call: what both ends sign, so that a signalling server cannot sit in the middle.

The text names the SHA-256 fingerprints of an SDP and everything that makes it this attempt and no other.
`server/web/console/binding.js` makes the same bytes.
"""

import re
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from server.protocol.messages import Sdp
from server.protocol.values import LinkName

_FINGERPRINT = re.compile(r"^a=fingerprint:sha-256 ((?:[0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2})\r?$", re.MULTILINE)
_OTHER_HASH = re.compile(r"^a=fingerprint:(?!sha-256 )[^\r\n]*\r?\n", re.MULTILINE)


class Unbound(ValueError):
    """This SDP cannot be tied to a key: no fingerprint, or one that is not plain SHA-256."""


def fingerprints(sdp: str) -> tuple[str, ...]:
    """Return every certificate fingerprint of an SDP, sorted and in upper case. Raises Unbound.

    Peers differ in which of several fingerprint lines they believe (RFC 8122 §5 allows many, browsers keep the last),
    so one line of another hash, or spelt in another way, would be an unsigned door: then nothing is signed.
    """
    found: list[str] = _FINGERPRINT.findall(sdp)
    if not found or len(found) != sdp.lower().count("fingerprint"):
        raise Unbound
    return tuple(sorted({value.upper() for value in found}))


def without_other_hashes(sdp: str) -> str:
    """Return the SDP with SHA-256 fingerprints only (aiortc writes three hashes of one certificate)."""
    return _OTHER_HASH.sub("", sdp)


def binding_text(
    ticket: str, generation: int, link: LinkName, attempt: int, kind: Literal["offer", "answer"], sdp: str
) -> bytes:
    """Return the canonical bytes both ends sign. Raises Unbound."""
    prints = ",".join(fingerprints(sdp))
    return f"komado dtls 1\n{ticket}\n{generation}\n{link}\n{attempt}\n{kind}\n{prints}".encode()


def signed(key: Ed25519PrivateKey, ticket: str, generation: int, body: Sdp) -> Sdp:
    """Return `body` with our signature. Raises Unbound."""
    text = binding_text(ticket, generation, body.link, body.attempt, body.kind, body.sdp)
    return msgspec.structs.replace(body, signature=key.sign(text))


def genuine(public_key: bytes, ticket: str, generation: int, body: Sdp) -> bool:
    """Say whether the owner of `public_key` signed exactly this; anything odd is a no."""
    try:
        text = binding_text(ticket, generation, body.link, body.attempt, body.kind, body.sdp)
        Ed25519PublicKey.from_public_bytes(public_key).verify(body.signature, text)
    except (ValueError, InvalidSignature):
        return False
    return True
