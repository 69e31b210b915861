"""The card desk: one answer per dialogue whatever the card does, and digits that are nowhere afterwards."""

import pytest

from hardware.card.simulated import SimulatedCardReader
from hardware.ports import CardIn, CardOut, ReaderGone, ReaderReady
from kiosk import cards
from kiosk.cards import Secret, device_of, situation
from kiosk.flow import events as ev


def typed(secret: Secret, digits: str) -> Secret:
    for digit in digits:
        secret.keep(digit)
    return secret


async def looked(persona: str) -> ev.Event:
    reader = SimulatedCardReader()
    reader.insert(persona)
    posted: list[ev.Event] = []
    await cards.look(reader, 5, posted.append)
    await reader.close()
    (answer,) = posted
    return answer


async def read(reader: SimulatedCardReader, digits: str, last_try: bool = False) -> ev.Event:
    pin = typed(Secret(), digits).spend()
    posted: list[ev.Event] = []
    await cards.read(reader, 6, pin, last_try, posted.append)
    assert pin == bytes(len(pin))
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
    posted: list[ev.Event] = []
    await cards.look(reader, 5, posted.append)
    assert posted == [ev.CardFault(5, "moved")]
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


def test_the_secret_hands_out_what_was_typed_and_keeps_nothing():
    secret = typed(Secret(), "12345")
    secret.drop()
    secret.keep("7")
    handed = secret.spend()
    assert handed == b"1237"
    assert secret.spend() == b""
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
