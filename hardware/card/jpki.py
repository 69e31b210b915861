"""公的個人認証: prove who is there with the authentication key, sign a document with the signing key.

What is signed comes from the server. A card signs whatever it is given, so only a hash in its proper form is passed on.
"""

from datetime import datetime

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from hardware.card import layout
from hardware.card.exchange import (
    Certificate,
    Dialogue,
    NoCertificate,
    OtherCard,
    Refused,
    Signature,
    open_with,
    read,
    read_to,
    select_application,
    select_file,
    wipe,
)
from hardware.card.exchange import sign as sign_with_key
from hardware.errors import CardMute
from server.protocol.values import Personal

_LONGEST = 4096
_PRESENT = 0x8F


class Validity(msgspec.Struct, frozen=True):
    """From when to when a certificate counts, if nobody revoked it."""

    start: datetime
    end: datetime


class Document(msgspec.Struct, frozen=True):
    """What to sign, for either kind of key: which one a card has is known only after its password."""

    rsa: bytes  # DigestInfo of SHA-256
    p384: bytes  # bare SHA-384


class Signed(Personal, frozen=True, kw_only=True):
    """A signature and the certificate to check it with, from one VERIFY."""

    certificate: Certificate
    signature: Signature


def authentication_certificate() -> Dialogue[Certificate | NoCertificate | OtherCard]:
    """Read 利用者証明用電子証明書, which is free; it proves nothing until the card has signed."""
    if not (yield from select_application(layout.JPKI)):
        return OtherCard()
    if not (yield from select_file(layout.AUTHENTICATION_CERTIFICATE)):
        return NoCertificate()
    return (yield from _certificate("authentication certificate"))


def authentication_dates() -> Dialogue[Validity | NoCertificate | OtherCard]:
    """Say from when to when the authentication certificate counts; needs no PIN, spends no try."""
    found = yield from authentication_certificate()
    return validity(found) if isinstance(found, Certificate) else found


def authenticate(
    pin: bytearray, data: bytes, *, allow_last_try: bool = False
) -> Dialogue[Signature | NoCertificate | Refused]:
    """Have the authentication key sign `data` (DigestInfo for RSA, bare SHA-384 for P-384) with one VERIFY at most.

    `pin` (four digits) is overwritten with zeros, whatever happens; the last try is spent only with `allow_last_try`.
    """
    try:
        if len(pin) != 4 or not pin.isdigit():
            raise ValueError("a PIN of 利用者証明用電子証明書 has four digits")
        if not signable(data):
            raise ValueError("not a hash in the form a card signs")
        refused = yield from open_with(
            layout.JPKI, layout.AUTHENTICATION_PIN, pin, allow_last_try=allow_last_try
        )
    finally:
        wipe(pin)
    if refused is not None:
        return refused
    if not (yield from select_file(layout.AUTHENTICATION_KEY)):
        return NoCertificate()
    return (yield from sign_with_key(data))


def sign(
    password: bytearray, document: Document, *, allow_last_try: bool = False
) -> Dialogue[Signed | NoCertificate | Refused]:
    """Read 署名用電子証明書 and sign with its key, both by one VERIFY at most of `password` (6 to 16 of A-Z and 0-9).

    `password` is zero afterwards. A card without signing certificate is told before anything is spent.
    """
    try:
        if not is_password(password):
            raise ValueError("a signing password has 6 to 16 of A-Z and 0-9")
        if not signable(document.rsa) or not signable(document.p384):
            raise ValueError("not a hash in the form a card signs")
        certificate = yield from _signing_certificate(password, allow_last_try)
    finally:
        wipe(password)
    if not isinstance(certificate, Certificate):
        return certificate
    data = document.rsa if _key_kind(certificate) == "rsa" else document.p384
    if not (yield from select_file(layout.SIGNING_KEY)):
        return NoCertificate()
    return Signed(certificate=certificate, signature=(yield from sign_with_key(data)))


def signing_certificate(
    password: bytearray, *, allow_last_try: bool = False
) -> Dialogue[Certificate | NoCertificate | Refused]:
    """Read 署名用電子証明書 alone; like `sign` in everything else."""
    try:
        if not is_password(password):
            raise ValueError("a signing password has 6 to 16 of A-Z and 0-9")
        return (yield from _signing_certificate(password, allow_last_try))
    finally:
        wipe(password)


def validity(certificate: Certificate) -> Validity:
    """Say from when to when it counts; raises CardMute when it is no certificate."""
    parsed, _ = _parsed(certificate)
    return Validity(parsed.not_valid_before_utc, parsed.not_valid_after_utc)


def signable(data: bytes) -> bool:
    """Tell a hash in the form a card signs from anything else: a card would sign that too."""
    sha256 = len(data) == len(layout.SHA256_INFO) + 32 and data.startswith(layout.SHA256_INFO)
    return sha256 or len(data) == layout.SHA384_SIZE


def is_password(password: bytearray) -> bool:
    """Tell whether this can be a signing password; lower case is not, the screen makes it upper case."""
    return (
        6 <= len(password) <= 16
        and password.isalnum()
        and password.isascii()
        and password == password.upper()
    )


def signs_documents() -> Dialogue[bool]:
    """Ask the selected JPKI application whether there is a signing certificate; needs no password."""
    if not (yield from select_file(layout.CERTIFICATES_PRESENT)):
        return True  # it does not say: whoever tries will see
    return (yield from read(0, 3))[:1] == bytes((_PRESENT,))


def _signing_certificate(
    password: bytearray, allow_last_try: bool
) -> Dialogue[Certificate | NoCertificate | Refused]:
    if not (yield from select_application(layout.JPKI)):
        return OtherCard()
    if not (yield from signs_documents()):
        return NoCertificate()
    refused = yield from open_with(
        layout.JPKI, layout.SIGNING_PASSWORD, password, allow_last_try=allow_last_try
    )
    if refused is not None:
        return refused
    if not (yield from select_file(layout.SIGNING_CERTIFICATE)):
        return NoCertificate()
    return (yield from _certificate("signing certificate"))


def _certificate(what: str) -> Dialogue[Certificate | NoCertificate]:
    """Read the DER object in the selected file; a file of nothing but filler holds none."""
    head = yield from read(0, 4)
    if not head.strip(b"\x00\xff"):
        return NoCertificate()
    if len(head) < 4 or head[:2] != b"\x30\x82":
        raise CardMute(f"{what}: the file does not begin like a certificate")
    end = 4 + int.from_bytes(head[2:4])
    found = Certificate(der=(yield from read_to(head, end, most=_LONGEST, what=what)))
    _parsed(found)
    return found


def _key_kind(certificate: Certificate) -> str:
    _, key = _parsed(certificate)
    return "rsa" if isinstance(key, rsa.RSAPublicKey) else "p384"


def _parsed(
    certificate: Certificate,
) -> tuple[x509.Certificate, rsa.RSAPublicKey | ec.EllipticCurvePublicKey]:
    try:
        parsed = x509.load_der_x509_certificate(certificate.der)
        key = parsed.public_key()
        _ = parsed.not_valid_before_utc, parsed.not_valid_after_utc
    except (
        Exception
    ):  # whatever a parser finds wrong, and says in words that may quote it, is the card's mistake
        raise CardMute("certificate: cannot be read") from None
    match key:
        case rsa.RSAPublicKey() | ec.EllipticCurvePublicKey(curve=ec.SECP384R1()):
            return parsed, key
        case _:  # every other key there is
            raise CardMute("certificate: a kind of key no such card has")
