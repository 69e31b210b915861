"""From readers to news."""

import pytest

from hardware.card.watching import NO_SERVICE, Seat, Situation, is_contactless, news, situation
from hardware.ports import CardIn, CardNews, CardOut, ReaderGone, ReaderReady

EMPTY = Situation(ReaderReady())
CARD = Situation(CardIn("a", False), 1)


@pytest.mark.parametrize(
    ("seats", "expected"),
    [
        ([], ReaderGone("no_reader")),
        ([Seat("a")], ReaderReady()),
        ([Seat("a"), Seat("b", card=True, contactless=True)], CardIn("b", True)),
        ([Seat("a", card=True), Seat("b", card=True)], ReaderGone("two_cards")),
        ([Seat("a", card=True, mute=True)], ReaderGone("mute")),
    ],
)
def test_all_readers_are_one_place(seats: list[Seat], expected: CardNews):
    assert situation(seats).now == expected


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (None, EMPTY, (ReaderReady(),)),
        (EMPTY, EMPTY, ()),
        (EMPTY, CARD, (CARD.now,)),
        (CARD, EMPTY, (CardOut(),)),
        (CARD, Situation(CardIn("a", False), 3), (CardOut(), CARD.now)),
        (CARD, NO_SERVICE, (NO_SERVICE.now,)),
        (NO_SERVICE, CARD, (CARD.now,)),
        (NO_SERVICE, EMPTY, (ReaderReady(),)),
        (CARD, Situation(ReaderGone("two_cards")), (ReaderGone("two_cards"),)),
    ],
)
def test_only_changes_are_told(before: Situation | None, after: Situation, told: tuple[CardNews, ...]):
    assert news(before, after) == told


@pytest.mark.parametrize(
    ("atr", "contactless"),
    [
        ("3B888001000005E0B381A1007F", True),
        ("3B8880010000000091 81C100D8", True),
        ("3BDA13FF8131FB468012392F31C173C601C03B", False),
        ("3BE000FF8131FE4514", False),
        ("", False),
    ],
)
def test_an_atr_tells_only_whether_there_was_contact(atr: str, contactless: bool):
    assert is_contactless(bytes.fromhex(atr)) is contactless
