"""Between the flow and the card reader: two dialogues, their outcomes as events, and the typed PIN."""

import logging
from collections.abc import Callable, Generator

from hardware.card.dialogue import (
    CardKind,
    LastTryRefused,
    OtherCard,
    PinLocked,
    WrongPin,
    four_attributes,
    identify,
    tries_left,
    wipe,
)
from hardware.errors import ApduForbidden, CardError, CardGone
from hardware.ports import CardIn, CardNews, CardOut, CardReader, ReaderGone, ReaderReady, Response
from kiosk.flow.events import (
    CardFault,
    CardIsOther,
    CardLooked,
    CardRead,
    CardSituation,
    Event,
    PinWrong,
)
from server.protocol.values import Device, FourBasicData

log = logging.getLogger(__name__)

Post = Callable[[Event], None]


class Secret:
    """The digits typed so far: the only place they are, overwritten as soon as they were spent or given up."""

    def __init__(self) -> None:
        self._digits = bytearray(4)
        self._count = 0

    def __repr__(self) -> str:
        return "<Secret>"

    def keep(self, key: str) -> None:
        """Add a digit."""
        if self._count < len(self._digits):
            self._digits[self._count] = ord(key)
            self._count += 1

    def drop(self) -> None:
        """Remove the last digit."""
        if self._count:
            self._count -= 1
            self._digits[self._count] = 0

    def spend(self) -> bytearray:
        """Hand out the digits; whoever gets them overwrites them. Nothing stays here."""
        handed = self._digits[: self._count]
        self.forget()
        return handed

    def forget(self) -> None:
        """Overwrite everything."""
        wipe(self._digits)
        self._count = 0


def situation(news: CardNews) -> CardSituation:
    """Return what the reader's news mean to the flow."""
    match news:
        case CardIn():
            return CardSituation(present=True)
        case CardOut() | ReaderReady():
            return CardSituation(present=False)
        case ReaderGone(reason=reason):
            return CardSituation(present=False, problem=reason)


def device_of(news: CardNews, driver: str) -> Device:
    """Return what the reader's news mean to field IT; a card laid on badly is nobody's fault."""
    match news:
        case CardIn() | CardOut() | ReaderReady():
            return Device(name="card", state="ok", driver=driver)
        case ReaderGone(reason="two_cards" | "mute"):
            return Device(name="card", state="ok", driver=driver)
        case ReaderGone(reason=reason):
            return Device(name="card", state="missing", driver=driver, note=reason)


def _look() -> Generator[bytes | bytearray, Response, tuple[CardKind, int | None]]:
    kind = yield from identify()
    return kind, (yield from tries_left()) if kind == "my_number" else None


async def look(reader: CardReader, dialogue: int, post: Post) -> None:
    """Find out what card lies there, and post exactly one answer."""
    try:
        kind, tries = await reader.talk(_look())
    except CardError as error:
        post(_fault(error, dialogue))
        return
    if kind != "my_number":
        post(CardIsOther(dialogue, "other_card" if kind == "other" else kind))
    else:
        # A card that does not tell its counter is treated as having one try: only a choice leads on.
        post(CardLooked(dialogue, 1 if tries is None else tries))


async def read(reader: CardReader, dialogue: int, pin: bytearray, last_try: bool, post: Post) -> None:
    """Spend the PIN once and post exactly one answer; `pin` is zero afterwards, whatever happens."""
    try:
        result = await reader.talk(four_attributes(pin, allow_last_try=last_try))
    except CardError as error:
        post(_fault(error, dialogue))
        return
    finally:
        wipe(pin)
    match result:
        case FourBasicData():
            post(CardRead(dialogue, result))
        case WrongPin(tries_left=tries):
            post(PinWrong(dialogue, tries))
        case PinLocked():
            post(PinWrong(dialogue, 0))
        case LastTryRefused():
            post(CardLooked(dialogue, 1))
        case OtherCard():
            post(CardIsOther(dialogue, "other_card"))


def _fault(error: CardError, dialogue: int) -> CardFault:
    if isinstance(error, ApduForbidden):
        log.error("card: our own command was stopped: %s", error)
    else:
        log.info("card: dialogue %d: %s", dialogue, type(error).__name__)
    return CardFault(dialogue, "moved" if isinstance(error, CardGone) else "unreadable")
