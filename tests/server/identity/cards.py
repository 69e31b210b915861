"""What a card does, in software, and the clock of these tests."""

from datetime import UTC, datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from hardware.card.virtual.persona import read
from hardware.card.virtual.pki import POLICY, Issued, Use, anchors, authority, issued
from server.identity.verify import SHA256_INFO, Trust

NOW = datetime.now(UTC).timestamp()
"""The test PKI's dates follow the year, so "now" is really now; nothing here waits or measures."""


def card(name: str, use: Use = "auth") -> Issued:
    """Return the key and certificate of a persona's card."""
    made = issued(read(name), use)
    assert made is not None
    return made


def trust(use: Use = "auth") -> Trust:
    """Trust what the virtual cards' authorities issue."""
    return Trust(purpose=use, anchors=anchors(use), policies=(POLICY[use],))


def issuer(one: Issued):
    """Return who signed this card's certificate."""
    return authority(one.authority.use, one.authority.generation).certificate


def sign(one: Issued, data: bytes, *, raw: bool = True) -> bytes:
    """Sign what the server asked for, as the card's key does: it takes the bytes as they are."""
    match one.key:
        case rsa.RSAPrivateKey():
            assert data.startswith(SHA256_INFO)
            return one.key.sign(
                data.removeprefix(SHA256_INFO), padding.PKCS1v15(), utils.Prehashed(hashes.SHA256())
            )
        case ec.EllipticCurvePrivateKey():
            der = one.key.sign(data, ec.ECDSA(utils.Prehashed(hashes.SHA384())))
            r, s = utils.decode_dss_signature(der)
            return r.to_bytes(48) + s.to_bytes(48) if raw else der
