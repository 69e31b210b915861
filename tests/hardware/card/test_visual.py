"""The face photo: only the photo, only by the number on the card, only when it is one."""

import msgspec
import pytest

from hardware.card.dialogue import OtherCard, Photo, PinLocked, WrongPin, face_photo
from hardware.card.virtual import Quirks, VirtualCard, load, read
from hardware.card.virtual.face import portrait
from hardware.errors import CardMute
from hardware.ports import Response
from tests.hardware.card.by_hand import talk

DIGITS = b"19050320341122"


@pytest.mark.parametrize(
    "quirks", [Quirks(), Quirks(t0=True), Quirks(part=100, filler=0), Quirks(reselect_forgets=True)]
)
def test_the_photo_comes_as_it_is_on_the_card_and_its_neighbours_stay_there(quirks: Quirks):
    card = VirtualCard(msgspec.structs.replace(read("ordinary"), quirks=quirks))
    digits = bytearray(DIGITS)
    found = talk(card, face_photo(digits))
    assert found == Photo(jp2=portrait("ordinary", "2"))
    assert digits == bytes(14)
    told = b"".join(card.answered)
    for neighbour in (card.persona.name, card.persona.address, card.persona.number):
        assert neighbour.encode() not in told
    assert repr(found) == "<Photo redacted>"


def test_a_face_only_card_shows_its_face():
    card = load("face_only")
    assert card.persona.pins is not None
    assert isinstance(talk(card, face_photo(bytearray(card.persona.pins.verification_b.encode()))), Photo)


def test_a_wrong_number_another_card_and_a_locked_one_are_told():
    assert talk(load("ordinary"), face_photo(bytearray(14 * b"0"))) == WrongPin(9)
    assert talk(load("licence"), face_photo(bytearray(DIGITS))) == OtherCard()
    locked = msgspec.structs.replace(
        read("ordinary"), tries=msgspec.structs.replace(read("ordinary").tries, verification_b=0)
    )
    assert talk(VirtualCard(locked), face_photo(bytearray(DIGITS))) == PinLocked()


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"\xff\x20\x08\xdf\x27\x05GIF89", "no JPEG 2000"),
        (b"\xff\x20\x05\xdf\x22\x02ab", "there is none"),
        (b"\xff\x20\x05\xdf\x27\x20ab", "longer than the file"),
        (b"\xff\x20\x82\xff\xff\xdf\x27\x82\xff\x00", "longer than any"),
        (b"\xff\x20\x82\x10\x00" + b"\xdf\x22\x00" * 100, "there is none"),
        (b"\xff\x10\x02ab", "FF20"),
        (b"\xff\xff\xff\xff\xff\xff\xff", "FF20"),
    ],
)
def test_a_file_that_holds_no_photo_is_said_to_hold_none(file: bytes, words: str):
    with pytest.raises(CardMute, match=words):
        read_from(file)


def read_from(file: bytes) -> None:
    """Answer as a card would whose file has this content."""
    speech = face_photo(bytearray(DIGITS))
    command = next(speech)
    for _ in range(200):
        if command[1] == 0xB0:
            at = command[2] << 8 | command[3]
            response = Response(file[at : at + (command[4] or 256)], 0x9000)
        else:
            response = Response(b"", 0x63CA if len(command) == 4 else 0x9000)
        command = speech.send(response)
