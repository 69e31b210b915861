"""From what readers report to what a kiosk wants to know.

A dual-interface reader shows up as two or three readers; whichever has the card counts, two cards at once count as none.
"""

from collections.abc import Iterable

import msgspec

from hardware.ports import CardIn, CardNews, CardOut, ReaderGone, ReaderReady


class Seat(msgspec.Struct, frozen=True):
    """One reader; `insertion` changes whenever a card comes or goes, so a quick exchange is not overlooked."""

    reader: str
    card: bool = False
    mute: bool = False
    contactless: bool = False
    insertion: int = 0


class Situation(msgspec.Struct, frozen=True):
    """How things stand, and since which insertion."""

    now: CardIn | ReaderReady | ReaderGone
    insertion: int = 0


NO_SERVICE = Situation(ReaderGone("no_service"))


def situation(seats: Iterable[Seat]) -> Situation:
    """Sum up all readers."""
    seats = tuple(seats)
    taken = [seat for seat in seats if seat.card]
    match taken:
        case []:
            return Situation(ReaderReady() if seats else ReaderGone("no_reader"))
        case [Seat(mute=True)]:
            return Situation(ReaderGone("mute"))
        case [seat]:
            return Situation(CardIn(seat.reader, seat.contactless), seat.insertion)
        case _:  # two or more
            return Situation(ReaderGone("two_cards"))


def news(before: Situation | None, after: Situation) -> tuple[CardNews, ...]:
    """Say what to tell about a change; nothing when nothing changed."""
    if before == after:
        return ()
    match before.now if before else None, after.now:
        case CardIn(), CardIn():
            return (CardOut(), after.now)
        case CardIn(), ReaderReady():
            return (CardOut(),)
        case ((CardIn() | ReaderReady() | ReaderGone() | None), (CardIn() | ReaderReady() | ReaderGone())):
            return (after.now,)


def is_contactless(atr: bytes) -> bool:
    """Tell how the card is read; the one thing an ATR is good for here (PC/SC part 3 §3.1.3.2.3: 3B 8n 80 01)."""
    return len(atr) >= 4 and atr[0] == 0x3B and atr[1] & 0xF0 == 0x80 and atr[2:4] == b"\x80\x01"
