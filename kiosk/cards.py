"""Between the flow and the card reader: its dialogues, their outcomes as events, and what was typed for them."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime

from hardware.card import layout, photo
from hardware.card.dialogue import (
    Certificate,
    Dialogue,
    Document,
    LastTryRefused,
    NoCertificate,
    OtherCard,
    Photo,
    PinLocked,
    Refused,
    Signature,
    Signed,
    WrongPin,
    attributes_by_number,
    authenticate,
    authentication_certificate,
    face_photo,
    four_attributes,
    identify,
    sign,
    tries_left,
    validity,
    wipe,
)
from hardware.card.exchange import count, select_application, select_file
from hardware.card.jpki import signs_documents
from hardware.errors import ApduForbidden, CardError, CardGone
from hardware.ports import CardIn, CardNews, CardOut, CardReader, ReaderGone, ReaderReady
from kiosk.flow import effects as do
from kiosk.flow import events as ev
from server.protocol.values import CardAsk, Device, FourBasicData

log = logging.getLogger(__name__)

Post = Callable[[ev.Event], None]
Deed = do.LookAtCard | do.ReadCard | do.ReadByNumber | do.Prove | do.SignDocument
"""What speaks with the card; each is answered by exactly one event."""

LONGEST = 16  # a signing password; 照合番号B has 14, a PIN 4


class Secret:
    """What was typed so far: the only place it is, overwritten as soon as it was spent or given up."""

    def __init__(self) -> None:
        self._digits = bytearray(LONGEST)
        self._count = 0

    def __repr__(self) -> str:
        return "<Secret>"

    def keep(self, key: str) -> None:
        """Add a key."""
        if self._count < len(self._digits):
            self._digits[self._count] = ord(key)
            self._count += 1

    def drop(self) -> None:
        """Remove the last key."""
        if self._count:
            self._count -= 1
            self._digits[self._count] = 0

    def spend(self) -> bytearray:
        """Hand out what was typed; whoever gets it overwrites it. Nothing stays here."""
        handed = self._digits[: self._count]
        self.forget()
        return handed

    def forget(self) -> None:
        """Overwrite everything."""
        wipe(self._digits)
        self._count = 0


def secret_for(deed: Deed, typed: Secret, number: Secret) -> bytearray:
    """Hand out what a dialogue needs."""
    match deed:
        case do.LookAtCard():
            return bytearray()
        case do.ReadCard() | do.Prove() | do.SignDocument():
            return typed.spend()
        case do.ReadByNumber():
            return number.spend()


def situation(news: CardNews) -> ev.CardSituation:
    """Return what the reader's news mean to the flow."""
    match news:
        case CardIn():
            return ev.CardSituation(present=True)
        case CardOut() | ReaderReady():
            return ev.CardSituation(present=False)
        case ReaderGone(reason=reason):
            return ev.CardSituation(present=False, problem=reason)


def device_of(news: CardNews, driver: str) -> Device:
    """Return what the reader's news mean to field IT; a card laid on badly is nobody's fault."""
    match news:
        case CardIn() | CardOut() | ReaderReady():
            return Device(name="card", state="ok", driver=driver)
        case ReaderGone(reason="two_cards" | "mute"):
            return Device(name="card", state="ok", driver=driver)
        case ReaderGone(reason=reason):
            return Device(name="card", state="missing", driver=driver, note=reason)


async def speak(reader: CardReader, deed: Deed, secret: bytearray, post: Post) -> None:
    """Speak with the card once and post exactly one answer; `secret` is zero afterwards, whatever happens."""
    try:
        answer = await _answer(reader, deed, secret)
    except CardError as error:
        answer = _fault(error, deed.dialogue)
    finally:
        wipe(secret)
    post(answer)


async def _answer(reader: CardReader, deed: Deed, secret: bytearray) -> ev.CardAnswer:
    number = deed.dialogue
    match deed:
        case do.LookAtCard(ask=ask):
            return await reader.talk(_look(number, ask, datetime.now(UTC)))
        case do.ReadCard(last_try=last_try):
            return _read(number, await reader.talk(four_attributes(secret, allow_last_try=last_try)))
        case do.ReadByNumber(ask="photo"):
            found = await reader.talk(face_photo(secret))
            if isinstance(found, Photo):
                return ev.PhotoRead(number, await asyncio.to_thread(photo.decode, found.jp2))
            return _number_refused(number, found)
        case do.ReadByNumber():
            read = await reader.talk(attributes_by_number(secret))
            return (
                ev.CardRead(number, read)
                if isinstance(read, FourBasicData)
                else _number_refused(number, read)
            )
        case do.SignDocument(document=document):
            both = Document(layout.SHA256_INFO + document.sha256, document.sha384)
            signed = await reader.talk(sign(secret, both, allow_last_try=deed.last_try))
            if not isinstance(signed, Signed):
                return _refused(number, signed)
            if validity(signed.certificate).end < datetime.now(UTC):
                return ev.CardIsOther(number, "expired")
            return ev.Signed(number, signed.signature.value, signed.certificate.der)
        case do.Prove(data=data):
            proof = await reader.talk(authenticate(secret, data, allow_last_try=deed.last_try))
            return ev.Signed(number, proof.value) if isinstance(proof, Signature) else _refused(number, proof)


def _look(number: int, ask: CardAsk, now: datetime) -> Dialogue[ev.CardAnswer]:
    """Find out whether this card can do what is asked, before anybody types anything."""
    kind = yield from identify()
    by_number = ask in ("attributes_by_number", "photo")
    if kind != "my_number" and not (kind == "face_only" and by_number):
        return ev.CardIsOther(number, "other_card" if kind == "other" else kind)
    match ask:
        case "attributes":
            return ev.CardLooked(number, (yield from tries_left()))
        case "attributes_by_number" | "photo":
            return ev.CardLooked(number, None)
        case "identity":
            return (yield from _look_at_certificate(number, now))
        case "signature":
            if not (yield from select_application(layout.JPKI)) or not (yield from signs_documents()):
                return ev.CardIsOther(number, "no_certificate")
            return ev.CardLooked(number, (yield from _tries(layout.SIGNING_PASSWORD)))


def _look_at_certificate(number: int, now: datetime) -> Dialogue[ev.CardAnswer]:
    found = yield from authentication_certificate()
    if not isinstance(found, Certificate):
        return ev.CardIsOther(number, "no_certificate")
    # The server has the last word; this spares people from typing a PIN for nothing.
    if validity(found).end < now:
        return ev.CardIsOther(number, "expired")
    return ev.CardLooked(number, (yield from _tries(layout.AUTHENTICATION_PIN)), found.der)


def _tries(file: int) -> Dialogue[int | None]:
    return (yield from count()) if (yield from select_file(file)) else 0


def _read(number: int, result: FourBasicData | Refused) -> ev.CardAnswer:
    return ev.CardRead(number, result) if isinstance(result, FourBasicData) else _refused(number, result)


def _refused(number: int, result: Refused | NoCertificate) -> ev.CardAnswer:
    match result:
        case WrongPin(tries_left=tries):
            return ev.PinWrong(number, tries)
        case PinLocked():
            return ev.PinWrong(number, 0)
        case LastTryRefused(tries_left=tries):
            return ev.CardLooked(number, tries)
        case OtherCard():
            return ev.CardIsOther(number, "other_card")
        case NoCertificate():
            return ev.CardIsOther(number, "no_certificate")


def _number_refused(number: int, result: Refused) -> ev.CardAnswer:
    match result:
        case WrongPin(tries_left=tries):
            return ev.NumberWrong(number, tries)
        case PinLocked() | LastTryRefused():
            return ev.NumberWrong(number, 0)  # the last try of a number is never spent
        case OtherCard():
            return ev.CardIsOther(number, "other_card")


def _fault(error: CardError, dialogue: int) -> ev.CardFault:
    if isinstance(error, ApduForbidden):
        log.error("card: our own command was stopped: %s", error)
    else:
        log.info("card: dialogue %d: %s", dialogue, type(error).__name__)
    return ev.CardFault(dialogue, "moved" if isinstance(error, CardGone) else "unreadable")
