"""A real server on loopback, as `komado-server` builds it, and peers that speak the protocol to it."""

import asyncio
import contextlib
import json
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import msgspec
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server import config
from server.core.city import Person
from server.core.hours import JAPAN
from server.http.auth import hello_text
from server.hub import SystemClock
from server.protocol import messages as m
from server.protocol.values import Health, StaffId
from server.serve import serve
from server.store.registry import Account, Registry
from server.store.sqlite import Database

T = TypeVar("T")

PASSWORD = "ikura-demo-nagai-himitsu"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""The password as argon2 keeps it, checked in no time: what a real one costs is `test_auth`'s business."""
BEGAN = SystemClock().monotonic()
MONDAY_TEN = datetime(2026, 11, 16, 10, 0, tzinfo=JAPAN).timestamp()

CITY = """
id = "mihon"
name = "見本市"
telephone = "0000-00-0000"
pause_reasons = ["break", "lunch"]
wrapup_results = ["done", "referred"]
[[sites]]
id = "kita"
name = "北公民館"
[[lanes]]
id = "shimin"
purposes = ["talk", "tennyu", "nenkin"]
[[purposes]]
id = "talk"
staff_label = "職員と話したい"
[[purposes]]
id = "tennyu"
staff_label = "転入"
[[purposes]]
id = "nenkin"
staff_label = "年金"
page = 2
"""


class HandClock(SystemClock):
    """The machine's clock, moved forward by hand."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead

    def wall(self) -> float:
        # Since these tests began, not since the machine did: a machine that is on all day is not in tomorrow.
        return MONDAY_TEN + super().monotonic() - BEGAN + self.ahead

    async def wait_until(self, monotonic: float) -> None:
        while self.monotonic() < monotonic:  # noqa: ASYNC110  the hand may move it meanwhile
            await asyncio.sleep(min(0.02, monotonic - self.monotonic()))


class Server:
    """A running server and what a test needs of its insides."""

    def __init__(
        self, folder: Path, url: str, database: Database, registry: Registry, clock: HandClock
    ) -> None:
        self.folder = folder
        self.url = url.rstrip("/")
        self.database = database
        self.registry = registry
        self.clock = clock

    async def staff(self, account: str, *roles: str) -> StaffId:
        """Add a member of staff beside a running server."""
        id = StaffId("s-" + secrets.token_hex(4))
        person = Person(id=id, name=f"{account} 恵", department="市民課", roles=roles or ("clerk",))
        await self.registry.add_staff(Account(account=account, person=person, password=CHEAP))
        return id

    async def forget_cases(self) -> None:
        """Destroy every case's key, as a retention that has ended does."""
        await self.database.run(lambda connection: connection.execute("DELETE FROM case_key"))

    async def case_ends(self) -> dict[str, float | None]:
        """Return the tickets that have a case, and when each is erased."""
        return dict(
            await self.database.run(
                lambda connection: connection.execute("SELECT ticket, erase_at FROM case_key").fetchall()
            )
        )


def prepare(folder: Path, *, city: str = CITY, extra: str = "") -> config.Server:
    """Write a server's folder and return its configuration."""
    (folder / "secrets").mkdir(parents=True, exist_ok=True)
    key = folder / "secrets" / "case.key"
    if not key.exists():
        key.write_bytes(os.urandom(32))
        key.chmod(0o600)
    (folder / "city.toml").write_text(city)
    (folder / "server.toml").write_text(f"listen.port = 0\n{extra}")
    return config.load_server(folder / "server.toml")


@contextlib.asynccontextmanager
async def running(folder: Path, *, clock: HandClock | None = None, **options: str) -> AsyncIterator[Server]:
    """Run a server in this loop until the block ends."""
    loaded = prepare(folder, **options)
    loaded.data.mkdir(mode=0o700, exist_ok=True)
    city = config.load_city(loaded.city, loaded.ice_servers)
    clock = clock or HandClock()
    stop = asyncio.Event()
    url: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve(loaded, city, clock, stop, on_listening=url.set_result))
    await asyncio.wait({task, url}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        task.result()
    database = Database(loaded.database)  # a second connection, like another process
    try:
        yield Server(folder, url.result(), database, Registry(database, city.id), clock)
    finally:
        await database.close()
        stop.set()
        async with asyncio.timeout(15):
            await task


# ---------------------------------------------------------------- peers


class Closed(Exception):
    """The server ended the connection; `code` and the goodbye's reason."""

    def __init__(self, code: int | None, reason: str | None) -> None:
        super().__init__(f"{code} {reason}")
        self.code = code
        self.reason = reason


class Line:
    """A socket that speaks messages and keeps what it was told."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, union: Any) -> None:
        self.socket = socket
        self.decoder = msgspec.json.Decoder(union)
        self.seen: list[Any] = []
        self.goodbye: m.Goodbye | None = None
        self.ids = 0

    async def say(self, message: m.Message) -> None:
        await self.socket.send_str(msgspec.json.encode(message).decode())

    async def next(self, within: float = 30.0) -> Any:
        async with asyncio.timeout(within):
            frame = await self.socket.receive()
        if frame.type is not aiohttp.WSMsgType.TEXT:
            reason = None if self.goodbye is None else self.goodbye.reason
            raise Closed(self.socket.close_code, reason)
        message = self.decoder.decode(frame.data)
        self.seen.append(message)
        if isinstance(message, m.Goodbye):
            self.goodbye = message
        return message

    async def until(
        self, kind: type[T], when: Callable[[T], bool] = lambda _: True, within: float = 30.0
    ) -> T:
        """Return the next message of a kind that fits; others are only kept."""
        async with asyncio.timeout(within):
            while True:
                message = await self.next(within)
                if isinstance(message, kind) and when(message):
                    return message

    async def shows(self, kind: type[T], when: Callable[[T], bool] = lambda _: True) -> T:
        """Return the newest view if it fits, or the next that does: views are whole and may be skipped."""
        newest = next((one for one in reversed(self.seen) if isinstance(one, kind)), None)
        return newest if newest is not None and when(newest) else await self.until(kind, when)

    async def ask(self, kind: type[m.Command], id: str | None = None, **body: Any) -> m.Reply:
        """Send a command and return its reply."""
        self.ids += 1
        name = id or f"{id_prefix()}.{self.ids}"
        await self.say(kind(id=name, **body))
        return await self.until(m.Reply, lambda reply: reply.id == name)

    async def ended(self) -> str | None:
        """Return the goodbye's reason once the server has closed."""
        with contextlib.suppress(Closed):
            while True:
                await self.next()
        return None if self.goodbye is None else self.goodbye.reason


def id_prefix() -> str:
    return "c" + os.urandom(4).hex()


class Kiosk:
    """A kiosk that has its key."""

    def __init__(self, server: Server, session: aiohttp.ClientSession) -> None:
        self.server = server
        self.session = session
        self.key = Ed25519PrivateKey.generate()
        self.machine = os.urandom(16).hex()
        self.id = ""

    async def enrol(self, code: str) -> tuple[int, dict[str, Any]]:
        body = {"code": code, "public_key": self.public_key(), "machine": self.machine}
        async with self.session.post(f"{self.server.url}/api/enrol", json=body) as answer:
            content = await answer.json()
            self.id = content.get("kiosk", self.id)
            return answer.status, content

    def public_key(self) -> str:
        return json.loads(msgspec.json.encode(self.key.public_key().public_bytes_raw()))

    async def connect(self, *, ticket: str | None = None, generation: int = 0, **wrong: Any) -> Line:
        """Open a socket and say hello; `wrong` overrides fields of the hello."""
        socket = await self.session.ws_connect(f"{self.server.url}/ws/kiosk", max_msg_size=0)
        line = Line(socket, m.ToKiosk)
        challenge = await line.until(m.Challenge)
        machine = wrong.pop("machine", self.machine)
        kiosk = wrong.pop("kiosk", self.id)
        signature = wrong.pop("signature", self.key.sign(hello_text(challenge.nonce, kiosk, machine)))
        health = Health(version="test")
        await line.say(
            m.Hello(
                kiosk=kiosk,
                machine=machine,
                signature=signature,
                health=health,
                ticket=ticket,
                generation=generation,
            )
        )
        return line


class Browser:
    """A page's session: its own cookies, and the Origin a browser sends."""

    def __init__(self, server: Server, session: aiohttp.ClientSession) -> None:
        self.server = server
        self.session = session
        self.headers = {"Origin": server.url}

    async def post(self, path: str, body: Any, **headers: str) -> tuple[int, Any]:
        request = self.session.post(
            f"{self.server.url}{path}", json=body, headers={**self.headers, **headers}
        )
        async with request as answer:
            return answer.status, await _content(answer)

    async def get(self, path: str) -> tuple[int, Any]:
        async with self.session.get(f"{self.server.url}{path}") as answer:
            return answer.status, await _content(answer)

    async def sign_in(self, account: str, password: str = PASSWORD) -> tuple[int, Any]:
        return await self.post("/api/sign-in", {"account": account, "password": password})

    async def open(self, path: str = "/ws/staff", **hello: Any) -> Line:
        """Open a socket without waiting for its welcome."""
        socket = await self.session.ws_connect(
            f"{self.server.url}{path}", headers=self.headers, max_msg_size=0
        )
        line = Line(socket, m.ToStaff)
        await line.say(m.StaffHello(**hello))
        return line

    async def console(self, **hello: Any) -> Line:
        line = await self.open(**hello)
        await line.until(m.StaffWelcome)
        return line


async def _content(answer: aiohttp.ClientResponse) -> Any:
    if answer.content_type == "application/json":
        return await answer.json()
    return await answer.read()


class House:
    """A server with peers, made as they are needed and closed with it."""

    def __init__(self, server: Server, stack: contextlib.AsyncExitStack) -> None:
        self.server = server
        self.stack = stack
        self.kiosks: list[Kiosk] = []

    async def browser(self) -> Browser:
        jar = aiohttp.CookieJar(unsafe=True)  # an address, not a name
        session = await self.stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
        return Browser(self.server, session)

    async def signed_in(self, account: str, *roles: str) -> Browser:
        """Add a member of staff and sign them in."""
        await self.server.staff(account, *roles)
        browser = await self.browser()
        status, _ = await browser.sign_in(account)
        assert status == 200
        return browser

    async def kiosk(self, name: str = "北1") -> Kiosk:
        """Enrol a new kiosk as field IT does."""
        account = f"it-{os.urandom(3).hex()}"
        it = await self.signed_in(account, "field_it")
        status, made = await it.post("/api/enrolments", {"site": "kita", "name": name})
        assert status == 200, made
        session = await self.stack.enter_async_context(aiohttp.ClientSession())
        kiosk = Kiosk(self.server, session)
        status, body = await kiosk.enrol(made["code"])
        assert status == 200, body
        self.kiosks.append(kiosk)
        return kiosk


@contextlib.asynccontextmanager
async def house(folder: Path, **options: Any) -> AsyncIterator[House]:
    """Run a server with peers for a block."""
    async with running(folder, **options) as server, contextlib.AsyncExitStack() as stack:
        yield House(server, stack)


async def eventually(fits: Callable[[], Awaitable[bool]], within: float = 30.0) -> None:
    """Return once `fits` says yes: for what no message announces."""
    async with asyncio.timeout(within):
        while not await fits():  # noqa: ASYNC110  another process may do it
            await asyncio.sleep(0.02)
