"""Proving and signing: what is sent, what each card answers, and that nothing but a hash is ever signed."""

import hashlib
from datetime import timedelta

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import load_der_x509_certificate

from hardware.card.dialogue import (
    Certificate,
    Document,
    LastTryRefused,
    NoCertificate,
    OtherCard,
    PinLocked,
    Signature,
    Signed,
    Validity,
    WrongPin,
    authenticate,
    authentication_certificate,
    authentication_dates,
    sign,
    signing_certificate,
    validity,
)
from hardware.card.layout import JPKI, SHA256_INFO, TEXT
from hardware.card.virtual import Quirks, VirtualCard, load, read
from hardware.errors import CardMute
from tests.hardware.card.by_hand import talk

TEXT_TO_SIGN = b"said by nobody before"
INFO = SHA256_INFO + hashlib.sha256(TEXT_TO_SIGN).digest()
HASH = hashlib.sha384(TEXT_TO_SIGN).digest()
DOCUMENT = Document(INFO, HASH)


def card_of(name: str, **quirks: object) -> VirtualCard:
    return VirtualCard(msgspec.structs.replace(read(name), quirks=msgspec.convert(quirks, Quirks)))


def check(certificate: Certificate, signature: Signature, text: bytes = TEXT_TO_SIGN) -> None:
    """Verify as a server does: the algorithm follows from the key."""
    match load_der_x509_certificate(certificate.der).public_key():
        case rsa.RSAPublicKey() as key:
            key.verify(signature.value, text, padding.PKCS1v15(), hashes.SHA256())
        case ec.EllipticCurvePublicKey() as key:
            key.verify(signature.value, text, ec.ECDSA(hashes.SHA384()))
        case _:
            raise AssertionError("no such key on a card")


@pytest.mark.parametrize("name", ["ordinary", "next_generation", "expired"])
@pytest.mark.parametrize(
    "quirks", [{}, {"t0": True, "part": 40}, {"reselect_forgets": True, "first_command_fails": True}]
)
def test_the_card_proves_itself_with_either_kind_of_key(name: str, quirks: dict[str, object]):
    card = card_of(name, **quirks)
    assert card.persona.pins is not None
    certificate = talk(card, authentication_certificate())
    assert isinstance(certificate, Certificate)
    pin = bytearray(card.persona.pins.auth.encode())
    signature = talk(card, authenticate(pin, HASH if name == "next_generation" else INFO))
    assert isinstance(signature, Signature)
    check(certificate, signature)
    with pytest.raises(InvalidSignature):
        check(certificate, signature, b"something else")
    assert pin == bytes(4)


@pytest.mark.parametrize("name", ["ordinary", "next_generation"])
def test_one_password_reads_the_certificate_and_signs(name: str):
    card = load(name)
    assert card.persona.pins is not None
    password = bytearray(card.persona.pins.sign.encode())
    signed = talk(card, sign(password, DOCUMENT))
    assert isinstance(signed, Signed)
    check(signed.certificate, signed.signature)
    assert card.verify_commands == 1
    assert password == bytes(len(password))
    assert card.persona.name not in repr(signed)


def test_the_free_certificate_and_its_dates_need_no_pin():
    card = load("ordinary")
    found = talk(card, authentication_certificate())
    assert isinstance(found, Certificate)
    dates = talk(card, authentication_dates())
    assert dates == validity(found)
    assert isinstance(dates, Validity)
    assert dates.end - dates.start > timedelta(days=1000)
    assert card.verify_commands == 0


@pytest.mark.parametrize("name", ["child", "face_only"])
def test_a_card_without_signing_certificate_says_so_before_anything_is_spent(name: str):
    card = load(name)
    assert talk(card, sign(bytearray(b"ABC123"), DOCUMENT)) == NoCertificate()
    assert talk(card, signing_certificate(bytearray(b"ABC123"))) == NoCertificate()
    assert card.verify_commands == 0


def test_another_card_is_told_by_each_dialogue():
    card = load("licence")
    assert talk(card, authentication_certificate()) == OtherCard()
    assert talk(card, authenticate(bytearray(b"1234"), INFO)) == OtherCard()
    assert talk(card, sign(bytearray(b"ABC123"), DOCUMENT)) == OtherCard()


def test_wrong_digits_cost_one_try_of_this_counter_only_and_the_last_is_kept():
    card = load("ordinary")
    for left in (2, 1):
        assert talk(card, authenticate(bytearray(b"0000"), INFO)) == WrongPin(left)
    assert talk(card, authenticate(bytearray(b"0000"), INFO)) == LastTryRefused(1)
    assert talk(card, authenticate(bytearray(b"0000"), INFO, allow_last_try=True)) == PinLocked()
    assert talk(card, authenticate(bytearray(b"1234"), INFO, allow_last_try=True)) == PinLocked()
    assert card.tries(TEXT, 0x0011) == 3
    for left in (4, 3, 2, 1):
        assert talk(card, sign(bytearray(b"WRONG1"), DOCUMENT)) == WrongPin(left)
    assert talk(card, sign(bytearray(b"WRONG1"), DOCUMENT)) == LastTryRefused(1)
    assert card.tries(JPKI, 0x001B) == 1


@pytest.mark.parametrize("pin", [b"", b"123", b"12345", b"12a4"])
def test_what_is_no_pin_is_never_sent(pin: bytes):
    typed = bytearray(pin)
    with pytest.raises(ValueError, match="four digits"):
        next(authenticate(typed, INFO))
    assert typed == bytes(len(pin))


@pytest.mark.parametrize(
    "password", [b"", b"ABC12", b"ABCDEFGH123456789", b"abc123", b"ABC-12", "ＡＢＣ１２３".encode()]
)
def test_what_is_no_password_is_never_sent(password: bytes):
    typed = bytearray(password)
    with pytest.raises(ValueError, match="6 to 16"):
        next(sign(typed, DOCUMENT))
    assert typed == bytes(len(password))


@pytest.mark.parametrize(
    "data", [b"", b"a contract", bytes(32), INFO[:-1], INFO + b"\x00", b"\x30" + bytes(50), bytes(49)]
)
def test_what_is_no_hash_in_the_right_form_is_never_signed(data: bytes):
    pin, password = bytearray(b"1234"), bytearray(b"ABC123")
    with pytest.raises(ValueError, match="not a hash"):
        next(authenticate(pin, data))
    with pytest.raises(ValueError, match="not a hash"):
        next(sign(password, Document(data, HASH)))
    assert pin + password == bytes(10)


def test_a_key_of_no_card_and_bytes_of_no_certificate_are_the_cards_mistake():
    with pytest.raises(CardMute, match="cannot be read"):
        validity(Certificate(der=b"\x30\x82\x00\x02\x05\x00"))
