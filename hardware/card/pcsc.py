"""A card reader behind the PC/SC service (pcscd): the only file that knows pyscard, and only its lowest layer.

pyscard's own monitor threads die for good when pcscd restarts, so the status loop is ours. One daemon thread watches,
another speaks. A transmission cannot be interrupted from outside: a reader that hangs costs the speaker, never the
event loop, and the next dialogue gets another.

After a dialogue the card is powered off: a verified PIN survives disconnecting and a warm reset.
"""

import asyncio
import logging
import queue
import re
import threading
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Protocol, TypeVar, cast

from smartcard import scard as _untyped

from hardware.card.allowlist import guarded
from hardware.card.newsroom import Newsroom
from hardware.card.watching import NO_SERVICE, Seat, Situation, is_contactless, situation
from hardware.errors import CardGone, CardMute
from hardware.ports import CardIn, CardNews, Response

log = logging.getLogger(__name__)

T = TypeVar("T")

_LOOK_AGAIN = 1000  # ms: how soon a new reader is noticed where pcscd does not announce it
_RETRY = 1.0  # s between two looks for a service that is not there
_PATIENCE = 15.0  # s for a whole dialogue; the longest one takes about one
_FAREWELL = 3.0  # s for a thread to end
_REMOVAL_SHOWS = 1500  # ms: pcscd asks a reader for presence every 400 ms
_NEW_READERS = "\\\\?PnP?\\Notification"  # pcsc-lite's pseudo reader: changes when a reader comes or goes
_SAM = re.compile(r"\bSAM\b")  # a slot for a security module, not for people


class _Scard(Protocol):
    """The part of pyscard's untyped `scard` that is used here."""

    SCARD_SCOPE_SYSTEM: int
    SCARD_SHARE_EXCLUSIVE: int
    SCARD_PROTOCOL_T0: int
    SCARD_PROTOCOL_T1: int
    SCARD_PCI_T0: int
    SCARD_PCI_T1: int
    SCARD_UNPOWER_CARD: int
    SCARD_STATE_UNAWARE: int
    SCARD_STATE_CHANGED: int
    SCARD_STATE_PRESENT: int
    SCARD_STATE_MUTE: int

    def SCardEstablishContext(self, scope: int) -> tuple[int, int]: ...
    def SCardReleaseContext(self, context: int) -> int: ...
    def SCardCancel(self, context: int) -> int: ...
    def SCardListReaders(self, context: int, groups: list[str]) -> tuple[int, list[str]]: ...
    def SCardGetStatusChange(
        self, context: int, timeout: int, states: list[tuple[str, int]]
    ) -> tuple[int, list[tuple[str, int, list[int]]]]: ...
    def SCardConnect(self, context: int, reader: str, mode: int, protocols: int) -> tuple[int, int, int]: ...
    def SCardTransmit(self, handle: int, pci: int, command: list[int]) -> tuple[int, list[int]]: ...
    def SCardDisconnect(self, handle: int, disposition: int) -> int: ...


scard = cast(_Scard, _untyped)

# PC/SC part 5; the names of pyscard differ between versions in sign, the numbers do not.
_SUCCESS = 0
_TIMEOUT = 0x8010000A
_NO_READERS = 0x8010002E
_NO_CARD = frozenset(
    {
        0x80100003,  # invalid handle: pcscd was restarted underneath us
        0x80100009,  # unknown reader
        0x8010000C,  # no smartcard
        0x80100013,  # communication with pcscd broke
        0x80100017,  # reader unavailable
        0x8010001D,  # no service
        0x8010001E,  # service stopped
        0x80100069,  # removed card
    }
)


class _Failed(Exception):
    """A PC/SC call returned `code`; never leaves this file."""

    def __init__(self, code: int) -> None:
        super().__init__(f"{code:08X}")
        self.code = code


class PcscCardReader:
    """A `CardReader` on every reader that pcscd has, security module slots aside."""

    def __init__(self, *, patience: float = _PATIENCE) -> None:
        self._patience = patience
        self._room = Newsroom()
        self._speaking = asyncio.Lock()
        self._closing = threading.Event()
        self._watcher: threading.Thread | None = None
        self._watched: int | None = None  # the context that `close` has to interrupt
        self._service = object()  # another one whenever the card service was lost, and its contexts with it
        self._speaker: _Speaker | None = None

    def news(self) -> AsyncIterator[CardNews]:
        """Yield the present situation at once, then each change."""
        self._start()
        return self._room.listen()

    async def talk(self, dialogue: Generator[bytes | bytearray, Response, T]) -> T:
        """Drive a dialogue exclusively on the present card and power it off at the end."""
        self._start()
        speech = guarded(dialogue)
        try:
            command = next(
                speech
            )  # before anything can fail: only a dialogue that has begun wipes its secrets
        except StopIteration as end:
            return end.value
        try:
            async with self._speaking:
                reader = await self._reader()
                return await self._patiently(
                    lambda context, given_up: _speak(context, reader, speech, command, given_up)
                )
        finally:
            with suppress(ValueError):  # its thread is in the middle of it, and closes it itself
                speech.close()

    async def close(self) -> None:
        """Stop watching, within seconds; nothing is left verified."""
        self._closing.set()
        self._room.close()
        self._dismiss()
        watcher, context = self._watcher, self._watched
        if watcher is None:
            return

        def stop() -> None:
            if context is not None:
                scard.SCardCancel(context)
            watcher.join(_FAREWELL)

        await asyncio.to_thread(stop)
        if watcher.is_alive():
            log.warning("the card service does not let go; its thread is left behind")

    async def _reader(self) -> str:
        """Say which reader has the card; raises CardGone or CardMute when there is not exactly one."""
        present = self._room.situation()
        if present is None:
            try:
                async with asyncio.timeout(_FAREWELL):
                    await self._room.first()
            except TimeoutError:
                raise CardMute("the card service does not answer") from None
            present = self._room.situation()
        if present is None or not isinstance(present.now, CardIn):
            raise CardGone("no card, or more than one")
        return present.now.reader

    # ---- the thread that speaks

    async def _patiently(self, work: Callable[[int, threading.Event], T]) -> T:
        """Let the speaker do this, but not for ever; it is told when nobody waits any more."""
        if self._speaker is None or self._speaker.service is not self._service:
            self._dismiss()
            self._speaker = _Speaker(self._service)
        speaker, given_up = self._speaker, threading.Event()
        done = speaker.do(lambda context: work(context, given_up))

        def give_up() -> None:
            given_up.set()
            self._dismiss()
            _fail(done, CardMute("no answer in time"))

        patience = asyncio.get_running_loop().call_later(self._patience, give_up)
        try:
            return await done
        except asyncio.CancelledError:
            given_up.set()
            powered_off = speaker.do(lambda _: None)  # it does one thing after the other
            await asyncio.wait([powered_off], timeout=_FAREWELL)
            if not powered_off.done():
                self._dismiss()
            raise
        finally:
            patience.cancel()

    def _dismiss(self) -> None:
        if self._speaker is not None:
            self._speaker.dismiss()
        self._speaker = None

    # ---- the thread that watches

    def _start(self) -> None:
        if self._watcher is not None or self._closing.is_set():
            return
        loop = asyncio.get_running_loop()

        def report(after: Situation) -> None:
            with suppress(RuntimeError):  # the loop ended without `close`: nobody listens any more
                loop.call_soon_threadsafe(self._room.report, after)

        self._watcher = threading.Thread(target=self._watch, args=(report,), name="card watcher", daemon=True)
        self._watcher.start()

    def _watch(self, report: Callable[[Situation], None]) -> None:
        """Report every change; start over with a new context whenever the service fails."""
        reachable = True
        while not self._closing.is_set():
            try:
                with _context() as context:
                    self._watched = context
                    reachable = True
                    _follow(context, self._closing, report)
            except _Failed as failed:
                if reachable:
                    log.warning("card service lost: %08X", failed.code)
                reachable = False
                self._service = object()
                report(NO_SERVICE)
                self._closing.wait(_RETRY)
            finally:
                self._watched = None


def _follow(context: int, closing: threading.Event, report: Callable[[Situation], None]) -> None:
    """Follow all readers of one context until `closing`; raises _Failed when the service goes away."""
    known: dict[str, int] = {}
    atrs: dict[str, bytes] = {}
    fresh = True
    told: Situation | None = None
    while not closing.is_set():
        readers = _readers(context)
        states = [(reader, known.get(reader, scard.SCARD_STATE_UNAWARE)) for reader in readers]
        code, changed = scard.SCardGetStatusChange(context, _LOOK_AGAIN, [*states, (_NEW_READERS, 0)])
        match code & 0xFFFFFFFF:
            case 0:
                known = {name: event & ~scard.SCARD_STATE_CHANGED for name, event, _ in changed}
                atrs = {name: bytes(atr) for name, _, atr in changed}
            case 0x8010000A | 0x80100002 | 0x80100009:  # timeout, cancelled, a reader has just gone
                pass
            case failed:
                raise _Failed(failed)
        seats = [_seat(reader, known[reader], atrs[reader]) for reader in readers if reader in known]
        if fresh:
            # Left verified by a process of ours that was killed, perhaps: pcscd then only resets the card.
            for seat in seats:
                if seat.card:
                    _power_off(context, seat.reader)
        fresh = False
        if (now := situation(seats)) != told:  # not for each connection of our own: the loop has other work
            report(now)
            told = now


def _seat(reader: str, state: int, atr: bytes) -> Seat:
    return Seat(
        reader=reader,
        card=bool(state & scard.SCARD_STATE_PRESENT),
        mute=bool(state & scard.SCARD_STATE_MUTE),
        contactless=is_contactless(atr),
        insertion=state >> 16,  # pcsc-lite counts insertions and removals in the upper half
    )


# ---- the thread that speaks


class _Speaker:
    """A thread with a context, both kept: making them anew costs as much as half the commands of a fast card."""

    def __init__(self, service: object) -> None:
        self.service = service
        self._work: queue.SimpleQueue[Callable[[int], None] | None] = queue.SimpleQueue()
        threading.Thread(target=self._run, name="card dialogue", daemon=True).start()

    def do(self, work: Callable[[int], T]) -> asyncio.Future[T]:
        """Do this with the context, after what was asked for before; the future is of the running loop."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()

        def run(context: int) -> None:
            try:
                end = partial(_settle, done, work(context))
            except BaseException as error:  # it belongs to whoever waits for the result
                end = partial(_fail, done, error)
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(end)

        self._work.put(run)
        return done

    def dismiss(self) -> None:
        """End, after what was asked for before."""
        self._work.put(None)

    def _run(self) -> None:
        context: int | None = None
        while (work := self._work.get()) is not None:
            if context is None:
                code, made = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
                context = None if code else made
            work(context or 0)  # without a service connecting says so, in words that are known
            del work  # it holds what was read, and the next one may be long in coming
        if context is not None:
            scard.SCardReleaseContext(context)


def _settle(done: asyncio.Future[T], value: T) -> None:
    if not done.done():
        done.set_result(value)


def _fail(done: asyncio.Future[T], error: BaseException) -> None:
    if not done.done():
        done.set_exception(error)


def _speak(
    context: int,
    reader: str,
    speech: Generator[bytes | bytearray, Response, T],
    command: bytes | bytearray,
    given_up: threading.Event,
) -> T:
    """Speak the dialogue to its end on an exclusive connection."""
    try:
        with _vendor_errors("connect"), _connection(context, reader) as (handle, pci):
            while not given_up.is_set():
                try:
                    response = _transmit(handle, pci, command)
                except CardMute:
                    if _leaves(context, reader):
                        raise CardGone("taken away") from None
                    raise
                command = speech.send(response)
            raise CardMute("given up")
    except StopIteration as end:
        return end.value
    finally:
        speech.close()


def _transmit(handle: int, pci: int, command: bytes | bytearray) -> Response:
    code, answer = scard.SCardTransmit(handle, pci, list(command))
    if code:
        raise _ours("transmit", code & 0xFFFFFFFF)
    if len(answer) < 2:
        raise CardMute("no status word")
    return Response(bytes(answer[:-2]), answer[-2] << 8 | answer[-1])


def _leaves(context: int, reader: str) -> bool:
    """Tell a card that was pulled from one that is silent: pcscd says "not transacted" to both, and learns later."""
    code, states = scard.SCardGetStatusChange(context, 0, [(reader, scard.SCARD_STATE_UNAWARE)])
    if code & 0xFFFFFFFF != _SUCCESS or not states[0][1] & scard.SCARD_STATE_PRESENT:
        return True
    code, _ = scard.SCardGetStatusChange(
        context, _REMOVAL_SHOWS, [(reader, states[0][1] & ~scard.SCARD_STATE_CHANGED)]
    )
    if code & 0xFFFFFFFF == _TIMEOUT:
        return False
    code, states = scard.SCardGetStatusChange(context, 0, [(reader, scard.SCARD_STATE_UNAWARE)])
    return code & 0xFFFFFFFF != _SUCCESS or not states[0][1] & scard.SCARD_STATE_PRESENT


def _power_off(context: int, reader: str) -> None:
    with suppress(_Failed), _connection(context, reader):
        pass


# ---- the edge


@contextmanager
def _context() -> Generator[int, None, None]:
    code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    _check(code)
    try:
        yield context
    finally:
        scard.SCardReleaseContext(context)


@contextmanager
def _connection(context: int, reader: str) -> Generator[tuple[int, int], None, None]:
    """Connect exclusively and give (handle, protocol header); power the card off at the end, whatever happens."""
    code, handle, protocol = scard.SCardConnect(
        context, reader, scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
    )
    _check(code)
    try:
        yield handle, scard.SCARD_PCI_T0 if protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1
    finally:
        # Never an exception of its own: a card that was taken away has no power either.
        scard.SCardDisconnect(handle, scard.SCARD_UNPOWER_CARD)


def _readers(context: int) -> list[str]:
    code, readers = scard.SCardListReaders(context, [])
    if code & 0xFFFFFFFF == _NO_READERS:
        return []
    _check(code)
    return [reader for reader in readers if not _SAM.search(reader)]


def _check(code: int) -> None:
    if code & 0xFFFFFFFF != _SUCCESS:
        raise _Failed(code & 0xFFFFFFFF)


@contextmanager
def _vendor_errors(step: str) -> Generator[None, None, None]:
    """Turn what PC/SC says into ours: gone, or mute."""
    try:
        yield
    except _Failed as failed:
        raise _ours(step, failed.code) from failed


def _ours(step: str, code: int) -> CardGone | CardMute:
    return (CardGone if code in _NO_CARD else CardMute)(f"{step}: {code:08X}")
