"""A card's signature as a file beside its document: CMS (RFC 5652), detached, checkable with any tool and no help of ours.

The card signed the document's hash itself, so there are no signed attributes: `openssl cms -verify -binary -content
form.pdf -inform DER -in form.pdf.p7s` says whether the two belong together.
"""

from typing import Annotated

from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.x509.oid import ObjectIdentifier

SIGNED_DATA = ObjectIdentifier("1.2.840.113549.1.7.2")
DATA = ObjectIdentifier("1.2.840.113549.1.7.1")
SHA256 = ObjectIdentifier("2.16.840.1.101.3.4.2.1")
SHA384 = ObjectIdentifier("2.16.840.1.101.3.4.2.2")
RSA = ObjectIdentifier("1.2.840.113549.1.1.1")
ECDSA_SHA384 = ObjectIdentifier("1.2.840.10045.4.3.3")


@asn1.sequence
class _Algorithm:
    oid: ObjectIdentifier
    parameters: asn1.Null | None


@asn1.sequence
class _Issuer:
    name: asn1.TLV
    serial: int


@asn1.sequence
class _Signer:
    version: int
    who: _Issuer
    hashed: _Algorithm
    signed: _Algorithm
    signature: bytes


@asn1.sequence
class _Enclosed:
    kind: ObjectIdentifier  # and no content: the document lies beside it


@asn1.sequence
class _SignedData:
    version: int
    hashed: asn1.SetOf[_Algorithm]
    enclosed: _Enclosed
    certificates: Annotated[asn1.SetOf[asn1.TLV], asn1.Implicit(0)]
    signers: asn1.SetOf[_Signer]


@asn1.sequence
class _ContentInfo:
    kind: ObjectIdentifier
    content: Annotated[_SignedData, asn1.Explicit(0)]


def detached(certificate: bytes, signature: bytes) -> bytes:
    """Put the signature of a document and the certificate it was made with (DER) into one file."""
    parsed = x509.load_der_x509_certificate(certificate)
    key = parsed.public_key()
    curve = isinstance(key, ec.EllipticCurvePublicKey)
    hashed = _Algorithm(oid=SHA384 if curve else SHA256, parameters=None)
    signer = _Signer(
        version=1,
        who=_Issuer(
            name=asn1.decode_der(asn1.TLV, parsed.issuer.public_bytes()), serial=parsed.serial_number
        ),
        hashed=hashed,
        signed=_Algorithm(oid=ECDSA_SHA384 if curve else RSA, parameters=None if curve else asn1.Null()),
        signature=_sequence(key, signature) if isinstance(key, ec.EllipticCurvePublicKey) else signature,
    )
    inside = _SignedData(
        version=1,
        hashed=asn1.SetOf([hashed]),
        enclosed=_Enclosed(kind=DATA),
        certificates=asn1.SetOf([asn1.decode_der(asn1.TLV, parsed.public_bytes(serialization.Encoding.DER))]),
        signers=asn1.SetOf([signer]),
    )
    return asn1.encode_der(_ContentInfo(kind=SIGNED_DATA, content=inside))


def _sequence(key: ec.EllipticCurvePublicKey, signature: bytes) -> bytes:
    """Return an ECDSA signature as the sequence CMS wants: cards give the two numbers side by side, some the sequence."""
    size = (key.key_size + 7) // 8
    if len(signature) != 2 * size:
        return signature
    r, s = int.from_bytes(signature[:size]), int.from_bytes(signature[size:])
    return utils.encode_dss_signature(r, s)
