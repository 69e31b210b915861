"""What a certificate is worth for one purpose, and whether a signature is its key's. Pure: time is an argument.

The same two questions serve 本人確認 (purpose "auth", our challenge) and a signed document (purpose "sign", its hash).
The algorithm follows from the certificate's key, never from a setting: RSA with SHA-256 today, P-384 with SHA-384 on the
next card. Nothing here prints a name, a serial number or a certificate.
"""

from datetime import UTC, datetime
from typing import Literal, TypeVar

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from server.protocol.values import DocumentDigest, IdentityOutcome

Purpose = Literal["auth", "sign"]
T = TypeVar("T", bound=x509.ExtensionType)

LEAST_RSA = 2048
COORDINATE = 48
"""Bytes of one P-384 coordinate."""
SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
"""DER of a DigestInfo up to the SHA-256 hash itself (RFC 8017, 9.2 note 1)."""


UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""All that `cryptography` says of bytes that are no sound certificate."""


STRONG = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
"""What an authority may have hashed with."""


class Trust(msgspec.Struct, frozen=True, kw_only=True):
    """Whose certificates count for a purpose. No anchors: nobody's chain can be judged here."""

    purpose: Purpose
    anchors: tuple[x509.Certificate, ...] = ()
    policies: tuple[str, ...] = ()  # one of these must be named; empty = not asked

    def __repr__(self) -> str:
        return f"<Trust {self.purpose}, {len(self.anchors)} anchors>"


class Examined(msgspec.Struct, frozen=True):
    """A certificate that may be used for its purpose now; `issuer` is None only where no anchor is configured."""

    certificate: x509.Certificate
    issuer: x509.Certificate | None

    def __repr__(self) -> str:
        return "<Examined redacted>"


def examine(der: bytes, trust: Trust, now: float) -> Examined | IdentityOutcome:
    """Return the certificate with its issuer, or the outcome that ends it; `now` is wall time in seconds."""
    certificate = parse(der)
    if certificate is None:  # what cannot be read was signed by nobody we know
        return "unknown_issuer"
    when = datetime.fromtimestamp(now, UTC)
    issuer = None
    if trust.anchors:
        issuer = next(
            (one for one in trust.anchors if issued_by(certificate, one) and lives(one, when)), None
        )
        if issuer is None:
            return "unknown_issuer"
    if not _fit(certificate, trust):
        return "wrong_use"
    return Examined(certificate, issuer) if lives(certificate, when) else "expired"


def issued_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    """Say whether this authority's key signed the certificate; authorities of one name are told apart by that."""
    try:
        if not isinstance(certificate.signature_hash_algorithm, STRONG):
            return False
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, *UNREADABLE):
        return False
    return True


def lives(certificate: x509.Certificate, when: datetime) -> bool:
    """Say whether a certificate's time has come and is not over."""
    return certificate.not_valid_before_utc <= when <= certificate.not_valid_after_utc


def to_sign(certificate: x509.Certificate, message: bytes) -> bytes:
    """Return what the card's key must be given for this message: a DigestInfo for RSA, the bare hash for ECDSA."""
    digest = digest_of(certificate, message)
    return SHA256_INFO + digest if isinstance(certificate.public_key(), rsa.RSAPublicKey) else digest


def digest_of(certificate: x509.Certificate, message: bytes) -> bytes:
    """Hash a message as this certificate's key is used."""
    hashed = hashes.Hash(algorithm(certificate))
    hashed.update(message)
    return hashed.finalize()


def algorithm(certificate: x509.Certificate) -> hashes.SHA256 | hashes.SHA384:
    """Return the hash that goes with the certificate's key."""
    return hashes.SHA256() if isinstance(certificate.public_key(), rsa.RSAPublicKey) else hashes.SHA384()


def fits(certificate: x509.Certificate, digest: bytes, signature: bytes) -> bool:
    """Say whether the certificate's key signed this hash."""
    key, prehashed = certificate.public_key(), utils.Prehashed(algorithm(certificate))
    try:
        match key:
            case rsa.RSAPublicKey():
                key.verify(signature, digest, padding.PKCS1v15(), prehashed)
            case ec.EllipticCurvePublicKey():
                key.verify(_der(signature), digest, ec.ECDSA(prehashed))
            case _:
                return False
    except (InvalidSignature, ValueError):
        return False
    return True


def document_signed(
    der: bytes, document: DocumentDigest, signature: bytes, trust: Trust, now: float
) -> Examined | IdentityOutcome:
    """Judge the signature of a document by its hash; who signed must still be looked up for revocation."""
    examined = examine(der, trust, now)
    if not isinstance(examined, Examined):
        return examined
    rsa_key = isinstance(examined.certificate.public_key(), rsa.RSAPublicKey)
    digest = document.sha256 if rsa_key else document.sha384
    return examined if fits(examined.certificate, digest, signature) else "bad_signature"


def parse(der: bytes) -> x509.Certificate | None:
    """Return the certificate in these bytes, if there is one that can be looked at."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        certificate.public_key()
        _ = certificate.extensions, certificate.issuer
    except UNREADABLE:
        return None
    return certificate


def _fit(certificate: x509.Certificate, trust: Trust) -> bool:
    extensions = certificate.extensions
    # RFC 5280, 4.2: whoever does not know a critical extension must not use the certificate.
    if any(one.critical and isinstance(one.value, x509.UnrecognizedExtension) for one in extensions):
        return False
    constraints = _extension(extensions, x509.BasicConstraints)
    if constraints is not None and constraints.ca:
        return False
    usage = _extension(extensions, x509.KeyUsage)
    if usage is None or not (
        usage.digital_signature if trust.purpose == "auth" else usage.content_commitment
    ):
        return False
    if trust.policies:
        named = _extension(extensions, x509.CertificatePolicies)
        oids = () if named is None else tuple(one.policy_identifier.dotted_string for one in named)
        if not set(oids) & set(trust.policies):
            return False
    return _usable(certificate)


def _usable(certificate: x509.Certificate) -> bool:
    match certificate.public_key():
        case rsa.RSAPublicKey() as key:
            return key.key_size >= LEAST_RSA
        case ec.EllipticCurvePublicKey() as key:
            return isinstance(key.curve, ec.SECP384R1)
        case _:
            return False


def _extension(extensions: x509.Extensions, kind: type[T]) -> T | None:
    try:
        return extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _der(signature: bytes) -> bytes:
    """A card may give the two numbers side by side (ISO 7816-8) or as DER; both mean the same."""
    if len(signature) != 2 * COORDINATE:
        return signature
    return utils.encode_dss_signature(
        int.from_bytes(signature[:COORDINATE]), int.from_bytes(signature[COORDINATE:])
    )
