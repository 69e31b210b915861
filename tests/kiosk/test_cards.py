"""The card desk: one answer per dialogue whatever the card does, and digits that are nowhere afterwards."""

import pytest
from cryptography import x509

from hardware.card import layout
from hardware.card.simulated import SimulatedCardReader
from hardware.ports import CardIn, CardOut, ReaderGone, ReaderReady
from kiosk import cards
from kiosk.cards import Secret, device_of, situation
from kiosk.flow import effects as do
from kiosk.flow import events as ev
from server.protocol.values import CardAsk, DocumentDigest


def typed(secret: Secret, digits: str) -> Secret:
    for digit in digits:
        secret.keep(digit)
    return secret


async def looked(persona: str, ask: CardAsk = "attributes") -> ev.Event:
    reader = SimulatedCardReader()
    reader.insert(persona)
    answer = await said(reader, do.LookAtCard(5, ask), "")
    await reader.close()
    return answer


async def read(reader: SimulatedCardReader, digits: str, last_try: bool = False) -> ev.Event:
    return await said(reader, do.ReadCard(6, last_try), digits)


async def said(reader: SimulatedCardReader, deed: cards.Deed, keys: str) -> ev.Event:
    """Speak once, with what was typed or sent; it is gone afterwards."""
    secret = cards.secret_for(deed, typed(Secret(), keys), typed(Secret(), keys))
    posted: list[ev.Event] = []
    await cards.speak(reader, deed, secret, posted.append)
    assert secret == bytes(len(secret))
    (answer,) = posted
    return answer


async def test_a_look_tells_the_tries_and_spends_none():
    assert await looked("ordinary") == ev.CardLooked(5, 3)
    assert await looked("one_try_left") == ev.CardLooked(5, 1)
    assert await looked("locked") == ev.CardLooked(5, 0)


@pytest.mark.parametrize(
    ("persona", "problem"), [("licence", "other_card"), ("face_only", "face_only"), ("phone", "phone")]
)
async def test_what_is_no_card_for_this_is_named(persona: str, problem: str):
    assert await looked(persona) == ev.CardIsOther(5, problem)


async def test_no_card_at_all_is_a_card_that_moved():
    reader = SimulatedCardReader()
    assert await said(reader, do.LookAtCard(5), "") == ev.CardFault(5, "moved")
    await reader.close()


async def test_the_right_digits_read_the_four_attributes():
    reader = SimulatedCardReader()
    reader.insert("ordinary")
    answer = await read(reader, "1234")
    assert isinstance(answer, ev.CardRead)
    assert answer.data.birth_date == "19440503"
    assert answer.data.name not in repr(answer)
    await reader.close()


async def test_wrong_digits_count_down_and_the_last_try_needs_the_choice():
    reader = SimulatedCardReader()
    reader.insert("ordinary")
    assert await read(reader, "9999") == ev.PinWrong(6, 2)
    assert await read(reader, "9999") == ev.PinWrong(6, 1)
    assert await read(reader, "9999") == ev.CardLooked(6, 1)
    assert await read(reader, "9999", last_try=True) == ev.PinWrong(6, 0)
    assert await read(reader, "1234", last_try=True) == ev.PinWrong(6, 0)
    await reader.close()


async def test_a_card_pulled_in_the_middle_is_an_answer_and_the_digits_are_gone():
    reader = SimulatedCardReader()
    assert await read(reader, "1234") == ev.CardFault(6, "moved")
    reader.insert("licence")
    assert await read(reader, "1234") == ev.CardIsOther(6, "other_card")
    await reader.close()


async def test_a_look_for_a_proof_brings_the_free_certificate_and_the_tries_of_its_own_pin():
    answer = await looked("locked", "identity")  # 券面事項入力補助 is locked, 利用者証明 is not
    assert isinstance(answer, ev.CardLooked)
    assert answer.tries_left == 3
    x509.load_der_x509_certificate(answer.certificate)
    assert repr(answer) == "CardLooked(dialogue=5, tries_left=3)"


async def test_a_card_is_asked_to_sign_only_hashes_and_a_wrong_pin_makes_no_signature():
    reader = SimulatedCardReader()
    reader.insert("ordinary")
    data = layout.SHA256_INFO + bytes(32)
    assert await said(reader, do.Prove(6, False, data), "0000") == ev.PinWrong(6, 2)
    signed = await said(reader, do.Prove(6, False, data), "1234")
    assert isinstance(signed, ev.Signed)
    assert len(signed.signature) == 256
    assert repr(signed) == "Signed(dialogue=6)"
    await reader.close()


async def test_a_photo_comes_as_a_picture_a_page_can_show():
    reader = SimulatedCardReader()
    number = reader.insert("face_only").persona.pins
    assert number is not None
    photo = await said(reader, do.ReadByNumber(6, "photo"), number.verification_b)
    assert isinstance(photo, ev.PhotoRead)
    assert photo.jpeg.startswith(b"\xff\xd8")
    assert await said(reader, do.ReadByNumber(6, "photo"), "1" * 14) == ev.NumberWrong(6, 9)
    await reader.close()


async def test_a_password_is_spent_once_and_brings_the_certificate_and_the_signature():
    reader = SimulatedCardReader()
    pins = reader.insert("next_generation").persona.pins
    assert pins is not None
    secret = typed(Secret(), pins.sign)
    posted: list[ev.Event] = []
    deed = do.SignDocument(6, False, DocumentDigest(sha256=bytes(32), sha384=bytes(48)))
    assert await said(reader, deed, "WRONG1") == ev.PinWrong(6, 4)
    await cards.speak(reader, deed, cards.secret_for(deed, secret, Secret()), posted.append)
    (signed,) = posted
    assert isinstance(signed, ev.Signed)
    assert signed.certificate
    assert signed.signature
    assert secret.spend() == b""
    await reader.close()


def test_the_secret_hands_out_what_was_typed_and_keeps_nothing():
    secret = typed(Secret(), "12345")
    secret.drop()
    secret.drop()
    secret.keep("7")
    assert secret.spend() == b"1237"
    assert secret.spend() == b""
    assert typed(Secret(), "x" * 20).spend() == b"x" * 16
    typed(secret, "12").forget()
    secret.drop()
    assert secret.spend() == b""
    assert "1" not in repr(typed(secret, "11"))


@pytest.mark.parametrize(
    ("news", "means", "state"),
    [
        (CardIn("r", True), ev.CardSituation(True), "ok"),
        (CardOut(), ev.CardSituation(False), "ok"),
        (ReaderReady(), ev.CardSituation(False), "ok"),
        (ReaderGone("two_cards"), ev.CardSituation(False, "two_cards"), "ok"),
        (ReaderGone("mute"), ev.CardSituation(False, "mute"), "ok"),
        (ReaderGone("no_reader"), ev.CardSituation(False, "no_reader"), "missing"),
        (ReaderGone("no_service"), ev.CardSituation(False, "no_service"), "missing"),
    ],
)
def test_what_lies_on_the_reader_is_news_for_the_flow_and_for_field_it(news, means, state: str):  # pyright: ignore
    assert situation(news) == means
    assert device_of(news, "pcsc").state == state
