"""The simulated reader's own sides: what a hand can do, and what a witness sees."""

import pytest

from hardware.card.dialogue import four_attributes, identify
from hardware.card.simulated import SimulatedCardReader
from hardware.card.virtual import load
from hardware.errors import CardGone
from hardware.ports import CardIn, CardOut, ReaderGone, ReaderReady
from tests.hardware.card.pcscd import heard


async def test_the_witness_sees_headers_and_never_a_digit():
    reader = SimulatedCardReader()
    reader.insert("ordinary")
    await reader.talk(four_attributes(bytearray(b"1234")))
    assert [header.hex() for header in reader.apdus] == [
        "00a4040c", "00a4020c", "00200080", "00200080", "00a4020c", "00b00000", "00b00007",
    ]  # fmt: skip


async def test_a_reader_can_be_unplugged_and_given_back():
    reader = SimulatedCardReader(contactless=False)
    news = reader.news()
    assert await heard(news) == ReaderReady()
    reader.insert("ordinary")
    assert await heard(news) == CardIn("simulated", contactless=False)
    reader.unplug()
    assert await heard(news) == ReaderGone("no_reader")
    with pytest.raises(CardGone):
        await reader.talk(identify())
    reader.plug()
    assert await heard(news) == ReaderReady()


async def test_another_card_on_top_replaces_the_first():
    reader = SimulatedCardReader()
    news = reader.news()
    reader.insert("ordinary")
    reader.insert("licence")
    assert [await heard(news) for _ in range(4)] == [
        ReaderReady(),
        CardIn("simulated", True),
        CardOut(),
        CardIn("simulated", True),
    ]
    assert await reader.talk(identify()) == "other"


async def test_the_counter_of_a_card_lasts_when_it_is_put_in_again():
    reader, card = SimulatedCardReader(), load("ordinary")
    reader.insert(card)
    await reader.talk(four_attributes(bytearray(b"0000")))
    reader.pull()
    reader.insert(card)
    reader.faults.pull_at = 4
    with pytest.raises(CardGone):
        await reader.talk(four_attributes(bytearray(b"0000")))
    with pytest.raises(CardGone):
        _ = reader.faults
    assert card.verify_commands == 2


def test_a_reader_can_be_made_before_there_is_a_loop():
    reader = SimulatedCardReader()
    reader.insert("ordinary")
    with pytest.raises(KeyError):
        reader.insert("nobody")
