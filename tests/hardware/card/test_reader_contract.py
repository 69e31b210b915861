"""What every card reader promises, on every driver: the simulated one, and PC/SC through the real pcscd."""

import asyncio
from datetime import UTC, datetime

import pytest

from hardware.card.dialogue import (
    Dialogue,
    Document,
    LastTryRefused,
    OtherCard,
    Photo,
    PinLocked,
    Signature,
    Signed,
    WrongPin,
    attributes_by_number,
    authenticate,
    examine,
    face_photo,
    four_attributes,
    identify,
    sign,
    tries_left,
)
from hardware.card.layout import ATTRIBUTES, ATTRIBUTES_PIN, SHA256_INFO, TEXT
from hardware.card.virtual import Faults, VirtualCard, load
from hardware.card.virtual.face import portrait
from hardware.card.virtual.keys import sign_raw
from hardware.card.virtual.pki import issued
from hardware.errors import ApduForbidden, CardGone, CardMute
from hardware.ports import CardIn, CardOut, ReaderReady
from server.protocol.values import FourBasicData
from tests.hardware.card.conftest import Place
from tests.hardware.card.pcscd import heard, until

KINDS = {
    "ordinary": "my_number",
    "long_name": "my_number",
    "gaiji": "my_number",
    "foreigner": "my_number",
    "child": "my_number",
    "locked": "my_number",
    "expired": "my_number",
    "face_only": "face_only",
    "phone": "phone",
    "licence": "other",
    "juki": "other",
    "next_generation": "my_number",
}
INFO = SHA256_INFO + bytes(32)


async def lay(place: Place, card: VirtualCard | str) -> VirtualCard:
    """Put a card there and wait until the reader has seen it."""
    card = load(card) if isinstance(card, str) else card
    news = place.reader.news()
    await place.insert(card)
    async with asyncio.timeout(10):
        async for change in news:
            if isinstance(change, CardIn):
                return card
    raise AssertionError("the card was not noticed")


async def take(place: Place) -> None:
    """Take the card away and wait until the reader has seen it."""
    news = place.reader.news()
    async with asyncio.timeout(10):
        assert isinstance(await heard(news), CardIn)
        await place.pull()
        assert await heard(news) == CardOut()


async def test_the_situation_is_told_at_once_and_then_each_change(place: Place):
    news = place.reader.news()
    async with asyncio.timeout(20):
        assert await heard(news) == ReaderReady()
        await place.insert(load("ordinary"))
        assert isinstance(await heard(news), CardIn)
        await place.pull()
        assert await heard(news) == CardOut()
        await place.insert(load("ordinary"))
        assert isinstance(await heard(news), CardIn)


async def test_a_card_that_lies_there_already_is_news_for_a_new_listener(place: Place):
    await lay(place, "ordinary")
    assert isinstance(await heard(place.reader.news()), CardIn)


@pytest.mark.parametrize("name", ["ordinary", "long_name", "gaiji", "foreigner", "child", "expired"])
async def test_the_four_attributes_come_as_they_are_on_the_card(place: Place, name: str):
    card = await lay(place, name)
    assert card.persona.pins is not None
    pin = bytearray(card.persona.pins.text.encode())
    persona = card.persona
    assert await place.reader.talk(identify()) == "my_number"
    assert await place.reader.talk(four_attributes(pin)) == FourBasicData(
        name=persona.name, address=persona.address, birth_date=persona.birth_date, sex=persona.sex
    )
    assert pin == bytes(4)


async def test_every_card_is_recognised_and_none_ever_tells_the_number(place: Place):
    for name, kind in KINDS.items():
        card = await lay(place, name)
        assert await place.reader.talk(identify()) == kind
        pin = (card.persona.pins.text if card.persona.pins else "") or "1234"
        result = await place.reader.talk(four_attributes(bytearray(pin.encode()), allow_last_try=True))
        match kind:
            case "my_number":
                assert isinstance(result, PinLocked if name == "locked" else FourBasicData)
            case "face_only":
                assert result == PinLocked()
            case _:
                assert result == OtherCard()
        assert card.answered
        assert not any(card.persona.number.encode() in answer for answer in card.answered)
        await take(place)


async def test_every_dialogue_works_on_every_reader(place: Place):
    card = await lay(place, "ordinary")
    talk = place.reader.talk
    by_number = await talk(attributes_by_number(bytearray(b"19050320341122")))
    assert by_number == await talk(four_attributes(bytearray(b"1234")))
    photo = await talk(face_photo(bytearray(b"19050320341122")))
    assert photo == Photo(jp2=portrait("ordinary", "2"))
    proof = await talk(authenticate(bytearray(b"1234"), INFO))
    made = issued(card.persona, "auth")
    assert made is not None
    assert proof == Signature(value=sign_raw(made.key, INFO) or b"")
    signed = await talk(sign(bytearray(b"KOMADO1234"), Document(INFO, bytes(48))))
    assert isinstance(signed, Signed)
    facts = await talk(examine(datetime.now(UTC)))
    assert (facts.kind, facts.attributes_tries, facts.authentication_tries, facts.signing_tries) == (
        "my_number",
        3,
        3,
        5,
    )
    await until(lambda: not card.powered)


async def test_a_wrong_pin_costs_one_try_and_the_last_one_is_kept(place: Place):
    card = await lay(place, "ordinary")
    wrong = bytearray(b"0000")
    assert await place.reader.talk(tries_left()) == 3
    assert await place.reader.talk(four_attributes(bytearray(wrong))) == WrongPin(2)
    assert await place.reader.talk(four_attributes(bytearray(wrong))) == WrongPin(1)
    assert await place.reader.talk(four_attributes(bytearray(wrong))) == LastTryRefused(1)
    assert card.verify_commands == 2
    assert await place.reader.talk(four_attributes(bytearray(wrong), allow_last_try=True)) == PinLocked()
    assert await place.reader.talk(four_attributes(bytearray(b"1234"), allow_last_try=True)) == PinLocked()
    assert card.verify_commands == 3
    assert await place.reader.talk(tries_left()) == 0


async def test_the_right_pin_gives_the_tries_back(place: Place):
    card = await lay(place, "one_try_left")
    assert await place.reader.talk(four_attributes(bytearray(b"7890"))) == LastTryRefused(1)
    data = await place.reader.talk(four_attributes(bytearray(b"7890"), allow_last_try=True))
    assert isinstance(data, FourBasicData)
    assert card.tries(TEXT, ATTRIBUTES_PIN) == 3


async def test_the_card_has_no_power_after_a_dialogue(place: Place):
    card = await lay(place, "ordinary")
    assert isinstance(await place.reader.talk(four_attributes(bytearray(b"1234"))), FourBasicData)
    await until(lambda: not card.powered)
    # A new conversation finds nothing verified: the card itself refuses what it just gave.
    for command in (b"\x00\xa4\x04\x0c\x0a" + TEXT, b"\x00\xa4\x02\x0c\x02" + ATTRIBUTES.to_bytes(2)):
        assert card.execute(command) == b"\x90\x00"
    assert card.execute(b"\x00\xb0\x00\x00\x07") == b"\x69\x82"


async def test_a_card_pulled_while_it_is_read_is_gone_and_the_next_one_works(place: Place):
    card = await lay(place, "ordinary")
    news = place.reader.news()
    assert isinstance(await heard(news), CardIn)
    card.faults = Faults(pull_at=6)
    with pytest.raises(CardGone):
        await place.reader.talk(four_attributes(bytearray(b"1234")))
    async with asyncio.timeout(10):
        assert await heard(news) == CardOut()
    card = await lay(place, "child")
    assert isinstance(await place.reader.talk(four_attributes(bytearray(b"5678"))), FourBasicData)


async def test_a_card_pulled_while_it_checks_the_pin_has_spent_the_try_and_the_pin_is_wiped(place: Place):
    card = await lay(place, "ordinary")
    card.faults = Faults(pull_at=4)
    pin = bytearray(b"0000")
    pin[0] = ord("9")
    with pytest.raises(CardGone):
        await place.reader.talk(four_attributes(pin))
    assert pin == bytes(4)
    assert card.tries(TEXT, ATTRIBUTES_PIN) == 2
    assert card.verify_commands == 1


@pytest.mark.parametrize("faults", [Faults(mute_from=1), Faults(mute_from=5), Faults(garbage_from=3)])
async def test_silence_and_nonsense_are_mute(place: Place, faults: Faults):
    card = await lay(place, "ordinary")
    card.faults = faults
    with pytest.raises(CardMute):
        await place.reader.talk(four_attributes(bytearray(b"1234")))
    card.faults = Faults()
    assert isinstance(await place.reader.talk(four_attributes(bytearray(b"1234"))), FourBasicData)


async def test_without_a_card_nothing_is_said_and_the_pin_is_wiped(place: Place):
    news = place.reader.news()
    assert await heard(news) == ReaderReady()
    pin = bytearray(b"1234")
    with pytest.raises(CardGone):
        await place.reader.talk(four_attributes(pin))
    assert pin == bytes(4)


async def test_a_forbidden_command_does_not_reach_the_card(place: Place):
    def greedy() -> Dialogue[None]:
        yield b"\x00\xa4\x04\x0c\x0a" + TEXT
        yield b"\x00\xa4\x02\x0c\x02\x00\x01"

    card = await lay(place, "ordinary")
    with pytest.raises(ApduForbidden):
        await place.reader.talk(greedy())
    assert list(card.answered) == [b"\x90\x00"]
    await until(lambda: not card.powered)


async def test_two_dialogues_at_once_are_held_one_after_the_other(place: Place):
    card = await lay(place, "ordinary")
    results = await asyncio.gather(
        place.reader.talk(four_attributes(bytearray(b"1234"))), place.reader.talk(tries_left())
    )
    assert isinstance(results[0], FourBasicData)
    assert results[1] == 3
    assert card.verify_commands == 1


async def test_a_dialogue_that_nobody_waits_for_any_more_ends_and_leaves_no_power(place: Place):
    card = await lay(place, "ordinary")
    card.faults = Faults(slow=0.05)
    before = len(card.answered)
    pin = bytearray(b"1234")
    talk = asyncio.create_task(place.reader.talk(four_attributes(pin)))
    await until(lambda: len(card.answered) > before)
    talk.cancel()
    with pytest.raises(asyncio.CancelledError):
        await talk
    assert pin == bytes(4)
    await until(lambda: not card.powered)
    card.faults = Faults()
    assert await place.reader.talk(tries_left()) == 3


async def test_closing_ends_the_news_and_can_be_repeated(place: Place):
    news = place.reader.news()
    assert await heard(news) == ReaderReady()
    await place.reader.close()
    async with asyncio.timeout(5):
        assert [change async for change in news] == []
    await place.reader.close()
