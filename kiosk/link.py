"""The socket to the server: proves who we are, reconnects for ever, repeats every command until it is answered.

LinkNews
├── KioskWelcome        the server knows us; what was not answered before is sent again
├── KioskView, Questions, FormShown, FormPicture, Reply, ToSign, Paper, RelayToKiosk    as they come
├── Down                the socket is gone; the next one is being tried
├── Turned(reason)      the server refuses this device
└── ClockLooksWrong     the certificate is not valid *today*: our clock is the likely liar, never the resident's trouble
"""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from kiosk.flow.effects import KioskCommand
from server.protocol.messages import (
    MAX_FRAME,
    BookingShown,
    Challenge,
    FormPicture,
    FormShown,
    Goodbye,
    Hello,
    KioskView,
    KioskWelcome,
    LogBundle,
    Paper,
    Places,
    Questions,
    RelayToKiosk,
    RelayToStaff,
    Reply,
    ReportHealth,
    Reserved,
    ToKiosk,
    ToSign,
)
from server.protocol.values import Health

log = logging.getLogger(__name__)
# What websockets itself would log at DEBUG are frames, and frames are what people say.
_wire_log = logging.getLogger(f"{__name__}.wire")
_wire_log.setLevel(logging.WARNING)

FIRST_DELAY = 0.5
LONGEST_DELAY = 30.0
OUTBOX = 256  # messages waiting for a slow line until we would rather begin anew
_OUT_OF_DATE = frozenset({9, 10})  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED


@dataclass(frozen=True, slots=True)
class Down:
    """The socket is gone."""


@dataclass(frozen=True, slots=True)
class Turned:
    """The server refuses this device: "revoked", "unknown_device", "copied_key", "bad_signature"."""

    reason: str


@dataclass(frozen=True, slots=True)
class ClockLooksWrong:
    """The server's certificate is not valid today, as far as our clock knows what day it is."""


LinkNews = (
    KioskWelcome
    | KioskView
    | Questions
    | FormShown
    | FormPicture
    | Places
    | Reserved
    | BookingShown
    | Reply
    | ToSign
    | Paper
    | RelayToKiosk
    | Down
    | Turned
    | ClockLooksWrong
)


@dataclass(frozen=True, slots=True)
class Introduction:
    """What `Hello` says besides who we are."""

    health: Health
    ticket: str | None = None
    generation: int = 0


def socket_url(server: str) -> str:
    """Return the address of the kiosk socket. Raises ValueError when it would not be encrypted off this machine."""
    parts = urlsplit(server)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise ValueError("https://… の形で書いてください。")
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise ValueError("http は同じ機械の中だけで使えます。https にしてください。")
    scheme = "wss" if parts.scheme == "https" else "ws"
    return f"{scheme}://{parts.netloc}{parts.path.rstrip('/')}/ws/kiosk"


def delay(failures: int, chance: float) -> float:
    """Return how long to wait after so many failures; `chance` in [0, 1) spreads a fleet that was cut off at once."""
    longest = min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(failures, 10))
    return longest * (0.5 + chance / 2)


class Link:
    """One kiosk's socket to its server."""

    def __init__(
        self,
        *,
        url: str,
        kiosk: str,
        machine: str,
        key: Ed25519PrivateKey,
        tls: ssl.SSLContext | None,
        chance: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        ping_every: float = 15.0,
    ) -> None:
        self._url = url
        self._kiosk = kiosk
        self._machine = machine
        self._key = key
        self._tls = tls
        self._chance = chance
        self._sleep = sleep
        self._ping_every = ping_every
        self._decoder = msgspec.json.Decoder(ToKiosk)
        self._encoder = msgspec.json.Encoder()
        self._pending: dict[str, KioskCommand] = {}
        self._outbox: asyncio.Queue[bytes] | None = None  # present while the server knows us
        self._settled = asyncio.Event()
        self._settled.set()

    @property
    def up(self) -> bool:
        """Say whether the server knows us at this moment."""
        return self._outbox is not None

    def tell(self, command: KioskCommand) -> None:
        """Send a command and repeat it after each reconnect until its `Reply` comes."""
        if isinstance(command, ReportHealth):
            self._forget_reports()
        self._pending[command.id] = command
        self._settled.clear()
        self._put(command)

    def forget(self, command: str) -> None:
        """Stop repeating a command."""
        self._pending.pop(command, None)
        if not self._pending:
            self._settled.set()

    def say(self, message: RelayToStaff | LogBundle) -> None:
        """Send now or never: these are worth nothing on a later connection."""
        self._put(message)

    async def settled(self) -> None:
        """Return when every command has been answered."""
        await self._settled.wait()

    async def run(self, receive: Callable[[LinkNews], None], introduce: Callable[[], Introduction]) -> None:
        """Stay connected until cancelled."""
        failures = 0
        while True:
            welcomed = await self._one_connection(receive, introduce)
            failures = 0 if welcomed else failures + 1
            await self._sleep(delay(failures, self._chance()))

    async def _one_connection(
        self, receive: Callable[[LinkNews], None], introduce: Callable[[], Introduction]
    ) -> bool:
        welcomed = False
        try:
            async with connect(
                self._url,
                ssl=self._tls,
                compression=None,
                max_size=MAX_FRAME,
                open_timeout=10,
                close_timeout=2,
                ping_interval=self._ping_every,
                ping_timeout=self._ping_every,
                proxy=None,
                logger=_wire_log,
            ) as socket:
                async with asyncio.timeout(15):
                    welcome = await self._introduce(socket, receive, introduce())
                if welcome is not None:
                    welcomed = True
                    await self._talk(socket, receive, welcome)
        except ConnectionClosed as closed:
            log.info("link: closed by code %s", closed.rcvd.code if closed.rcvd else None)
        except ssl.SSLCertVerificationError as error:
            log.warning("link: certificate refused (%s)", error.verify_message)
            if error.verify_code in _OUT_OF_DATE:
                receive(ClockLooksWrong())
        except (OSError, TimeoutError, WebSocketException, EOFError) as error:
            log.info("link: no connection (%s)", type(error).__name__)
        finally:
            if self._outbox is not None:
                self._outbox = None
                receive(Down())
        return welcomed

    async def _introduce(
        self, socket: ClientConnection, receive: Callable[[LinkNews], None], ours: Introduction
    ) -> KioskWelcome | None:
        challenge = self._read(await socket.recv(decode=False))
        if not isinstance(challenge, Challenge):
            self._refused(challenge, receive)
            return None
        name = self._kiosk.encode() + b"\n" + self._machine.encode()
        hello = Hello(
            kiosk=self._kiosk,
            machine=self._machine,
            signature=self._key.sign(b"komado hello 1\n" + challenge.nonce + name),
            health=ours.health,
            ticket=ours.ticket,
            generation=ours.generation,
        )
        await socket.send(self._encoder.encode(hello), text=True)
        answer = self._read(await socket.recv(decode=False))
        if isinstance(answer, KioskWelcome):
            return answer
        self._refused(answer, receive)
        return None

    def _refused(self, answer: ToKiosk | None, receive: Callable[[LinkNews], None]) -> None:
        reason = answer.reason if isinstance(answer, Goodbye) else None
        log.warning("link: not welcome (%s)", reason)
        if reason in ("unknown_device", "bad_signature", "revoked", "copied_key"):
            receive(Turned(reason))

    async def _talk(
        self, socket: ClientConnection, receive: Callable[[LinkNews], None], welcome: KioskWelcome
    ) -> None:
        self._outbox = asyncio.Queue(OUTBOX)
        self._forget_reports()  # `Hello` has just said how we are
        for command in self._pending.values():
            self._put(command)
        log.info("link: up")
        receive(welcome)
        writer = asyncio.create_task(self._write(socket, self._outbox), name="link writer")
        try:
            async for frame in socket:
                message = self._read(frame)
                match message:
                    case Reply(id=command):
                        self.forget(command)
                        receive(message)
                    case (
                        KioskWelcome() | KioskView() | Questions() | FormShown() | FormPicture()
                        | ToSign() | Paper() | RelayToKiosk() | Places() | Reserved() | BookingShown()
                    ):  # fmt: skip
                        receive(message)
                    case Goodbye():
                        self._refused(message, receive)
                        return
                    case Challenge() | None:
                        return  # nonsense at this point: begin anew
        finally:
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)

    async def _write(self, socket: ClientConnection, outbox: asyncio.Queue[bytes]) -> None:
        try:
            while True:
                await socket.send(await outbox.get(), text=True)
        except ConnectionClosed:
            return  # the reader sees it too, and ends the connection

    def _put(self, message: KioskCommand | RelayToStaff | LogBundle) -> None:
        if self._outbox is None:
            return
        frame = self._encoder.encode(message)
        if len(frame) > MAX_FRAME:
            log.error("link: a %s of %d bytes was not sent", type(message).__name__, len(frame))
            return
        try:
            self._outbox.put_nowait(frame)
        except asyncio.QueueFull:
            log.warning("link: the line is too slow for what we say; %s dropped", type(message).__name__)

    def _read(self, frame: bytes | str) -> ToKiosk | None:
        try:
            return self._decoder.decode(frame)
        except msgspec.DecodeError as error:
            # Only the path: the rest of msgspec's sentence may quote what was said.
            _, at, path = str(error).rpartition(" - at ")
            log.warning("link: cannot understand a message (%s)", path if at else type(error).__name__)
            return None

    def _forget_reports(self) -> None:
        for command in [c.id for c in self._pending.values() if isinstance(c, ReportHealth)]:
            self.forget(command)
