"""The authorities behind the virtual cards: three generations of the same name per use, and what they issued and revoked.

As in reality the generations of one authority share one name, so a chain is found by signature and not by name.
Everything follows from names and the year: two processes that never met agree. Nothing here is worth anything.
"""

from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Literal

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from hardware.card.virtual.keys import number, p384_key, rsa_key
from hardware.card.virtual.persona import Certificates, Persona, State, personas, read

Use = Literal["auth", "sign"]
Generation = Literal["1", "2", "3", "stranger"]
"""1 issued what has expired, 2 issues today (RSA), 3 the next card (ECDSA P-384); a stranger of the same name is not trusted."""

TRUSTED: tuple[Generation, ...] = ("1", "2", "3")
ODD: tuple[State, ...] = ("expired", "revoked", "wrong_use", "wrong_policy", "wrong_issuer")
"""What can be wrong with a certificate; `odd` makes one of each."""

POLICY = {"auth": "1.2.392.200149.8.5.1.3.30", "sign": "1.2.392.200149.8.5.1.1.10"}
"""The certificate policies of JPKI: 利用者証明用 and 署名用."""
OWNER = "1.2.392.200149.8.5.5"
"""Arc under which the signing certificate names its owner: 1 name, 3 sex, 4 birth, 5 address."""

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
_JST = timezone(timedelta(hours=9))


class Authority(msgspec.Struct, frozen=True):
    """One generation of the authority for one use."""

    use: Use
    generation: Generation
    key: Key
    certificate: x509.Certificate

    def __repr__(self) -> str:
        return f"<Authority {self.use}-{self.generation}>"


class Issued(msgspec.Struct, frozen=True):
    """A card's private key with its certificate and the authority that signed it."""

    key: Key
    certificate: x509.Certificate
    authority: Authority
    state: State

    def __repr__(self) -> str:
        return f"<Issued {self.authority.use} {self.state}>"

    @property
    def der(self) -> bytes:
        """The certificate as it lies on the card."""
        return self.certificate.public_bytes(serialization.Encoding.DER)


@cache
def authority(use: Use, generation: Generation) -> Authority:
    """Return one generation; all of one use bear the same name."""
    name = f"authority/{use}-{generation}"
    key = p384_key(name) if generation == "3" else rsa_key(name)
    year = _this_year()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_authority_name(use))
        .issuer_name(_authority_name(use))
        .public_key(key.public_key())
        .serial_number(number(name, 8))
        .not_valid_before(datetime(year - 10, 1, 1, tzinfo=_JST))
        .not_valid_after(datetime(year + 10, 12, 31, tzinfo=_JST))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return Authority(use, generation, key, _sign(certificate, key))


def anchors(use: Use) -> tuple[x509.Certificate, ...]:
    """Return what a verifier trusts for one use: three certificates of the same name."""
    return tuple(authority(use, generation).certificate for generation in TRUSTED)


@cache
def issued(persona: Persona, use: Use) -> Issued | None:
    """Return the key and certificate on a persona's card; None when this card has none."""
    state = getattr(persona.certificates, use)
    if state == "none" or persona.kind == "other":
        return None
    owner = f"{use}/{persona.id or persona.label}"
    key = p384_key(owner) if persona.certificates.key == "p384" else rsa_key(owner)
    issuer = authority(use, _generation(persona, state))
    start, end = _dates(persona, state)
    policy = POLICY[use] if state != "wrong_policy" else POLICY["sign" if use == "auth" else "auth"]
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(f"KOMADO{number(owner, 8):020d}"))
        .issuer_name(_authority_name(use))
        .public_key(key.public_key())
        .serial_number(number(f"{owner}/{state}/{start.year}", 8) >> 1)
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(
            _usage(key_encipherment=True)
            if state == "wrong_use"
            else _usage(digital_signature=True, content_commitment=use == "sign"),
            critical=True,
        )
        .add_extension(
            x509.CertificatePolicies([x509.PolicyInformation(ObjectIdentifier(policy), None)]), critical=True
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if use == "sign":
        owner_says = {"1": persona.name, "3": persona.sex, "4": persona.birth_date, "5": persona.address}
        builder = builder.add_extension(
            x509.SubjectAlternativeName([_other(last, text) for last, text in owner_says.items()]),
            critical=False,
        )
    return Issued(key, _sign(builder, issuer.key), issuer, state)


def odd(use: Use, state: State) -> Issued:
    """Return a certificate of the ordinary persona with which something is wrong (one of `ODD`)."""
    made = issued(
        msgspec.structs.replace(read("ordinary"), certificates=Certificates(auth=state, sign=state)), use
    )
    assert made is not None
    return made


def everything(use: Use) -> dict[str, Issued]:
    """Return every certificate there is for one use, by name: personas, and `odd-STATE`."""
    cards = {name: issued(read(name), use) for name, _ in personas()}
    return {name: made for name, made in cards.items() if made} | {
        f"odd-{state}": odd(use, state) for state in ODD
    }


def crl(use: Use, generation: Generation, now: datetime, days: float = 7) -> x509.CertificateRevocationList:
    """Return what one generation has revoked, as of now, with the next issue announced in `days`."""
    issuer = authority(use, generation)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(_authority_name(use))
        .last_update(now)
        .next_update(now + timedelta(days=days))
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False
        )
    )
    for made in signed_by(use, generation).values():
        if made.state == "revoked":
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(made.certificate.serial_number)
                .revocation_date(made.certificate.not_valid_before_utc + timedelta(days=30))
                .build()
            )
    return builder.sign(issuer.key, _hash(issuer.key))


@cache
def ocsp_signer(use: Use, generation: Generation) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    """Return the delegated responder of one generation (RFC 6960 §4.2.2.2)."""
    issuer, name = authority(use, generation), f"ocsp/{use}-{generation}"
    key, year = rsa_key(name), _this_year()
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(f"KOMADO OCSP {use}-{generation}"))
        .issuer_name(_authority_name(use))
        .public_key(key.public_key())
        .serial_number(number(name, 8))
        .not_valid_before(datetime(year - 1, 1, 1, tzinfo=_JST))
        .not_valid_after(datetime(year + 1, 12, 31, tzinfo=_JST))
        .add_extension(_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=True)
        .add_extension(x509.OCSPNoCheck(), critical=False)
    )
    return key, _sign(builder, issuer.key)


def signed_by(use: Use, generation: Generation) -> dict[str, Issued]:
    return {name: made for name, made in everything(use).items() if made.authority.generation == generation}


def _generation(persona: Persona, state: State) -> Generation:
    if state == "wrong_issuer":
        return "stranger"
    if persona.certificates.key == "p384":
        return "3"
    return "1" if state == "expired" else "2"


def _dates(persona: Persona, state: State) -> tuple[datetime, datetime]:
    """Return from when to when: as the real ones up to a birthday, and never more than a year from being right."""
    year = _this_year()
    month, day = int(persona.birth_date[4:6] or 1), min(28, int(persona.birth_date[6:8] or 1))
    first, last = (year - 7, year - 1) if state == "expired" else (year - 1, year + 3)
    if persona.certificates.key == "p384":
        last += 5  # the next card's certificates live twice as long
    return datetime(first, 1, 1, tzinfo=_JST), datetime(last, month, day, 23, 59, 59, tzinfo=_JST)


@cache
def _this_year() -> int:
    return datetime.now(_JST).year


def _authority_name(use: Use) -> x509.Name:
    return _name(
        "KOMADO virtual JPKI for " + ("user authentication" if use == "auth" else "digital signature")
    )


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Komado virtual card (worth nothing)"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_encipherment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature, content_commitment=content_commitment,
        key_encipherment=key_encipherment, data_encipherment=False, key_agreement=False,
        key_cert_sign=key_cert_sign, crl_sign=crl_sign, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _other(last: str, text: str) -> x509.OtherName:
    value = text.encode()
    if len(value) < 0x80:
        length = bytes((len(value),))
    else:
        length = b"\x81" + bytes((len(value),)) if len(value) < 0x100 else b"\x82" + len(value).to_bytes(2)
    return x509.OtherName(ObjectIdentifier(f"{OWNER}.{last}"), b"\x0c" + length + value)


def _sign(builder: x509.CertificateBuilder, key: Key) -> x509.Certificate:
    deterministic = True if isinstance(key, ec.EllipticCurvePrivateKey) else None
    return builder.sign(key, _hash(key), ecdsa_deterministic=deterministic)


def _hash(key: Key) -> hashes.SHA256 | hashes.SHA384:
    return hashes.SHA384() if isinstance(key, ec.EllipticCurvePrivateKey) else hashes.SHA256()
