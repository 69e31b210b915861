"""Private keys that follow from a name alone, so that every process on a desk holds the same card. They protect nothing."""

import hashlib
from functools import cache
from math import gcd, prod
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

_SEED = "komado virtual keys, worth nothing"
_HINTS = Path(__file__).parent / "primes.yaml"
_EXPONENT = 65537


@cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    """Return the RSA-2048 key of this name; at once for a name in `primes.yaml`, else after a search of half a second."""
    first, second = _hints().get(name, (0, 0))
    _, p = _prime(f"{name}/p", first)
    _, q = _prime(f"{name}/q", second)
    d = pow(_EXPONENT, -1, (p - 1) * (q - 1))
    numbers = rsa.RSAPrivateNumbers(
        p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), rsa.RSAPublicNumbers(_EXPONENT, p * q)
    )
    # Its own test of both primes takes ten times as long as all the rest, and would find what `_prime` made sure of.
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)


@cache
def p384_key(name: str) -> ec.EllipticCurvePrivateKey:
    """Return the ECDSA P-384 key of this name."""
    return ec.derive_private_key(int.from_bytes(_bytes(name, 47)), ec.SECP384R1())


def sign_raw(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, data: bytes) -> bytes | None:
    """Sign as a card does, whatever it is given; None when the size cannot be right.

    RSA puts PKCS#1 v1.5 padding around up to 245 bytes. ECDSA takes a bare SHA-384 and answers in DER: how the next
    card will answer is not public.
    """
    match key:
        case rsa.RSAPrivateKey():
            if not 0 < len(data) <= key.key_size // 8 - 11:
                return None
            return key.sign(data, padding.PKCS1v15(), utils.NoDigestInfo())
        case ec.EllipticCurvePrivateKey():
            if len(data) != 48:
                return None
            return key.sign(data, ec.ECDSA(utils.Prehashed(hashes.SHA384())))


def number(name: str, size: int) -> int:
    """Return a number of `size` bytes that follows from the name, never zero."""
    return int.from_bytes(_bytes(name, size)) | 1


def search(name: str) -> tuple[int, int]:
    """Find the line of `primes.yaml` for a name."""
    return _prime(f"{name}/p", 0)[0], _prime(f"{name}/q", 0)[0]


def _prime(name: str, start: int) -> tuple[int, int]:
    """Return which candidate of this name is the first prime at or after `start`, and the prime."""
    small = _small_primes()
    at = start
    while True:
        candidate = int.from_bytes(_bytes(f"{name}/{at}", 128)) | 3 << 1022 | 1
        # Fermat to base 2 is enough for keys that protect nothing.
        if gcd(candidate, small) == 1 and pow(2, candidate - 1, candidate) == 1:
            return at, candidate
        at += 1


def _bytes(name: str, size: int) -> bytes:
    return hashlib.shake_256(f"{_SEED}/{name}".encode()).digest(size)


@cache
def _small_primes() -> int:
    return prod(n for n in range(3, 4000, 2) if all(n % d for d in range(3, int(n**0.5) + 1, 2)))


@cache
def _hints() -> dict[str, tuple[int, int]]:
    """Where the search of each known name ends, so that nobody searches twice."""
    return msgspec.yaml.decode(_HINTS.read_bytes(), type=dict[str, tuple[int, int]])
