"""A certificate counts when one of the configured keys signed it, for its purpose, today; and a signature when it fits."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID, ObjectIdentifier
from hypothesis import given
from hypothesis import strategies as st

from hardware.card.virtual.pki import Use, anchors, authority, odd
from server.identity.verify import (
    SHA256_INFO,
    Examined,
    Trust,
    digest_of,
    document_signed,
    examine,
    fits,
    to_sign,
)
from server.protocol.values import DocumentDigest
from tests.server.identity.cards import NOW, card, issuer, sign, trust

DER = serialization.Encoding.DER
YEAR = 365.25 * 86_400


@pytest.mark.parametrize("use", ["auth", "sign"])
@pytest.mark.parametrize("name", ["ordinary", "foreigner", "next_generation"])
def test_a_sound_card_is_examined_with_the_issuer_whose_key_signed_it(name: str, use: Use):
    one = card(name, use)
    examined = examine(one.der, trust(use), NOW)
    assert isinstance(examined, Examined)
    assert examined.issuer == issuer(one)


@pytest.mark.parametrize("use", ["auth", "sign"])
@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        ("expired", "expired"),
        ("wrong_use", "wrong_use"),
        ("wrong_policy", "wrong_use"),
        ("wrong_issuer", "unknown_issuer"),
    ],
)
def test_what_is_wrong_with_a_certificate_is_named(use: Use, state: str, outcome: str):
    assert examine(odd(use, state).der, trust(use), NOW) == outcome  # pyright: ignore[reportArgumentType]


def test_authorities_of_one_name_are_told_apart_by_their_keys():
    names = {one.subject for one in anchors("auth")} | {authority("auth", "stranger").certificate.subject}
    assert len(names) == 1
    for order in (anchors("auth"), anchors("auth")[::-1]):
        examined = examine(card("ordinary").der, Trust(purpose="auth", anchors=order), NOW)
        assert isinstance(examined, Examined)
        assert examined.issuer == authority("auth", "2").certificate


def test_a_certificate_for_signing_is_none_for_logging_in_and_the_other_way_round():
    both = anchors("auth") + anchors("sign")
    loose = {use: Trust(purpose=use, anchors=both, policies=trust(use).policies) for use in ("auth", "sign")}
    assert examine(card("ordinary", "sign").der, loose["auth"], NOW) == "wrong_use"
    assert examine(card("ordinary", "auth").der, loose["sign"], NOW) == "wrong_use"
    assert examine(card("ordinary", "auth").der, Trust(purpose="sign", anchors=both), NOW) == "wrong_use"


def test_before_its_time_after_its_time_and_under_an_authority_past_its_own_it_counts_for_nothing():
    ordinary = card("ordinary").der
    assert examine(ordinary, trust(), NOW - 3 * YEAR) == "expired"
    assert examine(ordinary, trust(), NOW + 6 * YEAR) == "expired"
    assert examine(ordinary, trust(), NOW + 30 * YEAR) == "unknown_issuer"


def test_without_anchors_nobody_can_be_named_and_nothing_is_claimed():
    examined = examine(card("ordinary").der, Trust(purpose="auth"), NOW)
    assert isinstance(examined, Examined)
    assert examined.issuer is None


def made(
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, *more: tuple[x509.ExtensionType, bool]
) -> bytes:
    """Return a certificate of the true authority with these extensions."""
    signer = authority("auth", "2")
    when = datetime.fromtimestamp(NOW, UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "odd")]))
        .issuer_name(signer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(5)
        .not_valid_before(when - timedelta(days=1))
        .not_valid_after(when + timedelta(days=1))
    )
    for value, critical in more:
        builder = builder.add_extension(value, critical)
    return builder.sign(signer.key, hashes.SHA256()).public_bytes(DER)


USAGE = x509.KeyUsage(True, False, False, False, False, False, False, False, False)


def test_small_keys_other_curves_authorities_and_critical_riddles_are_not_used():
    good = ec.derive_private_key(7, ec.SECP384R1())
    loose = Trust(purpose="auth", anchors=anchors("auth"))
    assert isinstance(examine(made(good, (USAGE, True)), loose, NOW), Examined)
    odd_ones = (
        made(rsa.generate_private_key(65537, 1024), (USAGE, True)),
        made(ec.derive_private_key(7, ec.SECP256R1()), (USAGE, True)),
        made(good),
        made(good, (USAGE, True), (x509.BasicConstraints(True, None), True)),
        made(
            good, (USAGE, True), (x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True)
        ),
    )
    assert [examine(one, loose, NOW) for one in odd_ones] == ["wrong_use"] * len(odd_ones)
    harmless = made(
        good, (USAGE, True), (x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4"), b"\x05\x00"), False)
    )
    assert isinstance(examine(harmless, loose, NOW), Examined)


@given(st.binary(max_size=4096))
def test_bytes_that_are_no_certificate_come_from_nobody(noise: bytes):
    assert examine(noise, trust(), NOW) == "unknown_issuer"


@pytest.mark.filterwarnings("ignore:Parsed a serial number")  # negative ones: deprecated, and nobody's
@given(st.integers(0, 10_000), st.integers(1, 255))
def test_no_changed_byte_of_a_certificate_goes_unnoticed(at: int, flip: int):
    der = bytearray(card("ordinary").der)
    der[at % len(der)] ^= flip
    assert not isinstance(examine(bytes(der), trust(), NOW), Examined)


@pytest.mark.parametrize(("name", "size"), [("ordinary", 51), ("next_generation", 48)])
@pytest.mark.parametrize("raw", [True, False])
def test_the_key_decides_what_the_card_is_given_and_only_its_own_signature_fits(
    name: str, size: int, raw: bool
):
    one, message = card(name), b"komado\n" + bytes(32)
    data = to_sign(one.certificate, message)
    assert len(data) == size
    assert data.startswith(SHA256_INFO) == (name == "ordinary")
    signature, digest = sign(one, data, raw=raw), digest_of(one.certificate, message)
    assert fits(one.certificate, digest, signature)
    assert not fits(one.certificate, digest_of(one.certificate, message + b"."), signature)
    assert not fits(card("foreigner").certificate, digest[:32], signature)
    assert not fits(one.certificate, digest, signature[:-1])
    assert not fits(one.certificate, digest, b"")
    assert not fits(one.certificate, digest, bytes(len(signature)))


def digests(paper: bytes) -> DocumentDigest:
    return DocumentDigest(sha256=hashlib.sha256(paper).digest(), sha384=hashlib.sha384(paper).digest())


@pytest.mark.parametrize("name", ["ordinary", "next_generation"])
def test_a_document_is_judged_by_its_hash_with_the_signing_key(name: str):
    one = card(name, "sign")
    paper = b"%PDF-1.7 ..."
    document = digests(paper)
    signature = sign(one, to_sign(one.certificate, paper))
    assert isinstance(document_signed(one.der, document, signature, trust("sign"), NOW), Examined)
    other = digests(b"another paper")
    assert document_signed(one.der, other, signature, trust("sign"), NOW) == "bad_signature"
    assert (
        document_signed(card(name, "auth").der, document, signature, trust("sign"), NOW) == "unknown_issuer"
    )


def test_nothing_of_a_certificate_is_printed():
    examined = examine(card("ordinary").der, trust(), NOW)
    assert repr(examined) == "<Examined redacted>"
    assert "KOMADO" not in repr(trust())
