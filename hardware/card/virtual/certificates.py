"""The keys and certificates of an invented card: made when first needed, kept in memory, signed by nobody real."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Literal

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID, ObjectIdentifier

from hardware.card.virtual.persona import Persona

_SAN = "1.2.392.200149.8.5.5"
"""Arc under which the signing certificate names its owner: 1 name, 3 sex, 4 birth, 5 address."""


class Pair(msgspec.Struct, frozen=True):
    """A private key with its certificate and its issuer's, both DER."""

    key: rsa.RSAPrivateKey
    certificate: bytes
    authority: bytes

    def __repr__(self) -> str:
        return "<Pair>"

    def sign(self, message: bytes) -> bytes:
        """Sign as the card does: PKCS#1 v1.5 padding around whatever it is given, up to 245 bytes."""
        numbers = self.key.private_numbers()
        modulus = numbers.public_numbers.n
        size = (modulus.bit_length() + 7) // 8
        padded = b"\x00\x01" + b"\xff" * (size - len(message) - 3) + b"\x00" + message
        return pow(int.from_bytes(padded), numbers.d, modulus).to_bytes(size)


@cache
def pair(persona: Persona, use: Literal["auth", "sign"]) -> Pair | None:
    """Make the card's key pair for one use; None when this card has none."""
    state = persona.certificates.auth if use == "auth" else persona.certificates.sign
    if state == "none":
        return None
    now = datetime.now(UTC).replace(microsecond=0)
    start, end = (
        (now - timedelta(days=2000), now - timedelta(days=30))
        if state == "expired"
        else (now - timedelta(days=400), now + timedelta(days=1400))
    )
    issuer_key, issuer, issuer_name = _authority(use)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(f"KOMADO-{use}-{persona.expires}"))
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(_usage(use), critical=True)
    )
    if use == "sign":
        builder = builder.add_extension(
            x509.SubjectAlternativeName(
                [
                    _other("1", persona.name),
                    _other("3", persona.sex),
                    _other("4", persona.birth_date),
                    _other("5", persona.address),
                ]
            ),
            critical=False,
        )
    certificate = builder.sign(issuer_key, hashes.SHA256())
    return Pair(key, certificate.public_bytes(serialization.Encoding.DER), issuer)


@cache
def _authority(use: Literal["auth", "sign"]) -> tuple[rsa.RSAPrivateKey, bytes, x509.Name]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = _name(f"KOMADO virtual authority ({use})")
    now = datetime.now(UTC).replace(microsecond=0)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=3000))
        .not_valid_after(now + timedelta(days=3000))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    return key, certificate.public_bytes(serialization.Encoding.DER), name


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Komado virtual card (worth nothing)"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _usage(use: Literal["auth", "sign"]) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=use == "sign", key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _other(last: str, text: str) -> x509.OtherName:
    value = text.encode()
    length = bytes((len(value),)) if len(value) < 0x80 else b"\x82" + len(value).to_bytes(2)
    return x509.OtherName(ObjectIdentifier(f"{_SAN}.{last}"), b"\x0c" + length + value)
