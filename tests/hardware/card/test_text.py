"""The four attributes by what is printed on the card, with the care due to a PIN."""

import pytest

from hardware.card.dialogue import LastTryRefused, OtherCard, PinLocked, WrongPin, attributes_by_number
from hardware.card.layout import TEXT, VISUAL
from hardware.card.virtual import load, personas
from server.protocol.values import FourBasicData
from tests.hardware.card.by_hand import talk

WRONG = b"00000000000000"


@pytest.mark.parametrize("name", [name for name, _ in personas()])
def test_the_number_on_the_card_opens_the_attributes_of_every_card_that_has_them(name: str):
    card = load(name)
    pins = card.persona.pins
    digits = bytearray(pins.verification_b.encode() if pins else WRONG)
    result = talk(card, attributes_by_number(digits))
    if card.persona.kind in ("phone", "other"):
        assert result == OtherCard()
    else:
        assert isinstance(result, FourBasicData)
        assert result.name == card.persona.name
    assert digits == bytes(14)
    assert not any(card.persona.number.encode() in answer for answer in card.answered)


def test_a_wrong_number_costs_one_of_ten_tries_and_the_last_is_kept():
    card = load("ordinary")
    for left in range(9, 0, -1):
        assert talk(card, attributes_by_number(bytearray(WRONG))) == WrongPin(left)
    assert talk(card, attributes_by_number(bytearray(WRONG))) == LastTryRefused(1)
    assert talk(card, attributes_by_number(bytearray(WRONG), allow_last_try=True)) == PinLocked()
    assert card.tries(TEXT, 0x0011) == 3
    assert card.tries(VISUAL, 0x0012) == 10


@pytest.mark.parametrize("digits", [b"", b"1234", b"111122223334", b"1905032034112a", b"190503203411222"])
def test_what_is_not_fourteen_digits_is_never_sent(digits: bytes):
    typed = bytearray(digits)
    with pytest.raises(ValueError, match="fourteen digits"):
        next(attributes_by_number(typed))
    assert typed == bytes(len(digits))
