"""The link against a real server that drops, delays and refuses: nothing is lost, nothing is said twice."""

import asyncio
import datetime
import ipaddress
import logging
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from kiosk.identity import public_bytes
from kiosk.link import (
    FIRST_DELAY,
    LONGEST_DELAY,
    ClockLooksWrong,
    Down,
    Introduction,
    Link,
    LinkNews,
    Turned,
    delay,
    socket_url,
)
from server.protocol.messages import (
    CancelTicket,
    Challenge,
    KioskView,
    KioskWelcome,
    LogBundle,
    Reply,
    ReportHealth,
    TakeTicket,
)
from server.protocol.values import Health
from tests.kiosk.scripted import ScriptedServer, until

pytestmark = pytest.mark.slow

HEALTH = Health(version="1")


class Kiosk:
    """A link, what it reported, and the pauses it asked for instead of sleeping."""

    def __init__(self, server: str, key: Ed25519PrivateKey, tls: ssl.SSLContext | None = None) -> None:
        self.news: list[LinkNews] = []
        self.pauses: list[float] = []
        self.introduction = Introduction(health=HEALTH)
        self.link = Link(
            url=socket_url(server),
            kiosk="k1",
            machine="m1",
            key=key,
            tls=tls,
            chance=lambda: 0.0,
            sleep=self.pause,
        )
        self.task: asyncio.Task[None] | None = None

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await asyncio.sleep(0)

    def got(self, kind: type) -> list[LinkNews]:
        return [news for news in self.news if isinstance(news, kind)]

    async def up(self, times: int = 1) -> None:
        await until(lambda: len(self.got(KioskWelcome)) >= times and self.link.up, f"welcome {times}")


@asynccontextmanager
async def running(kiosk: Kiosk) -> AsyncIterator[Kiosk]:
    kiosk.task = asyncio.create_task(kiosk.link.run(kiosk.news.append, lambda: kiosk.introduction))
    try:
        yield kiosk
    finally:
        kiosk.task.cancel()
        await asyncio.gather(kiosk.task, return_exceptions=True)


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


@pytest.fixture
async def server(key: Ed25519PrivateKey) -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer(public_bytes(key)) as server:
        yield server


def take(name: str = "c-1") -> TakeTicket:
    return TakeTicket(id=name, purpose="talk")


async def test_hello_proves_who_we_are_and_names_the_visit(server: ScriptedServer, key: Ed25519PrivateKey):
    kiosk = Kiosk(server.address, key)
    kiosk.introduction = Introduction(health=HEALTH, ticket="t1", generation=4)
    async with running(kiosk):
        await kiosk.up()
    hello = server.hellos[0]
    assert server.genuine == [True]
    assert (hello.kiosk, hello.machine, hello.ticket, hello.generation) == ("k1", "m1", "t1", 4)


async def test_a_command_is_repeated_with_its_id_until_it_is_answered(
    server: ScriptedServer, key: Ed25519PrivateKey
):
    server.answering = False
    async with running(Kiosk(server.address, key)) as kiosk:
        await kiosk.up()
        kiosk.link.tell(take())
        await server.hears(TakeTicket)
        await server.drop()
        await kiosk.up(2)
        assert await server.hears(TakeTicket, 2) == take()
        server.answering = True
        await server.drop()
        await server.hears(TakeTicket, 3)
        await asyncio.wait_for(kiosk.link.settled(), 30)
        await server.drop()
        await kiosk.up(4)
        kiosk.link.tell(take("c-2"))
        await until(lambda: take("c-2") in server.heard)
        assert server.heard.count(take()) == 3


async def test_what_was_told_without_a_link_is_sent_in_order_when_there_is_one(
    server: ScriptedServer, key: Ed25519PrivateKey
):
    kiosk = Kiosk(server.address, key)
    kiosk.link.tell(take())
    kiosk.link.tell(CancelTicket(id="c-2", ticket="t1"))
    async with running(kiosk):
        await server.hears(CancelTicket)
    assert [type(message) for message in server.heard] == [TakeTicket, CancelTicket]


async def test_a_withdrawn_wish_is_never_sent(server: ScriptedServer, key: Ed25519PrivateKey):
    kiosk = Kiosk(server.address, key)
    kiosk.link.tell(take())
    kiosk.link.forget("c-1")
    kiosk.link.tell(CancelTicket(id="c-2", ticket="t1"))
    async with running(kiosk):
        await server.hears(CancelTicket)
    assert not server.of(TakeTicket)


async def test_health_reports_are_not_repeated_because_hello_says_it_newer(
    server: ScriptedServer, key: Ed25519PrivateKey
):
    server.answering = False
    async with running(Kiosk(server.address, key)) as kiosk:
        await kiosk.up()
        kiosk.link.tell(ReportHealth(id="c-1", health=HEALTH))
        kiosk.link.tell(ReportHealth(id="c-2", health=HEALTH))
        await server.hears(ReportHealth, 2)
        await server.drop()
        await kiosk.up(2)
        kiosk.link.tell(take())
        await server.hears(TakeTicket)
        assert len(server.of(ReportHealth)) == 2


async def test_what_is_said_without_a_link_is_not_kept(server: ScriptedServer, key: Ed25519PrivateKey):
    kiosk = Kiosk(server.address, key)
    kiosk.link.say(LogBundle(order="d1", index=0, count=1, data=b""))
    kiosk.link.tell(take())
    async with running(kiosk):
        await server.hears(TakeTicket)
    assert not server.of(LogBundle)


async def test_what_would_not_fit_a_frame_is_not_sent(
    server: ScriptedServer, key: Ed25519PrivateKey, caplog: pytest.LogCaptureFixture
):
    async with running(Kiosk(server.address, key)) as kiosk:
        await kiosk.up()
        kiosk.link.say(LogBundle(order="d1", index=0, count=1, data=b"x" * 60_000))
        kiosk.link.tell(take())
        await server.hears(TakeTicket)
    assert not server.of(LogBundle)
    assert "LogBundle" in caplog.text


async def test_views_and_replies_arrive_and_the_loss_is_told(server: ScriptedServer, key: Ed25519PrivateKey):
    async with running(Kiosk(server.address, key)) as kiosk:
        await kiosk.up()
        await server.send(KioskView(seq=7, open=True))
        await until(lambda: bool(kiosk.got(KioskView)))
        kiosk.link.tell(take())
        await until(lambda: kiosk.got(Reply) == [Reply(id="c-1")])
        await server.drop()
        await until(lambda: kiosk.got(Down) != [])


async def test_a_message_we_cannot_understand_begins_a_new_connection_and_is_not_quoted(
    server: ScriptedServer, key: Ed25519PrivateKey, caplog: pytest.LogCaptureFixture
):
    async with running(Kiosk(server.address, key)) as kiosk:
        await kiosk.up()
        await server.raw('{"type": "yamada_hanako"}')
        await kiosk.up(2)
    assert "yamada" not in caplog.text


async def test_a_frame_beyond_the_limit_ends_the_connection(server: ScriptedServer, key: Ed25519PrivateKey):
    async with running(Kiosk(server.address, key)) as kiosk:
        await kiosk.up()
        await server.raw('{"type": "reply", "id": "' + "x" * 70_000 + '"}')
        await kiosk.up(2)


@pytest.mark.parametrize("reason", ["revoked", "unknown_device", "copied_key", "bad_signature"])
async def test_a_refused_device_is_told_why_and_keeps_asking_ever_less_often(
    server: ScriptedServer, key: Ed25519PrivateKey, reason: str
):
    server.turn_away = reason
    async with running(Kiosk(server.address, key)) as kiosk:
        await until(lambda: len(kiosk.got(Turned)) >= 3)
        assert kiosk.news[0] == Turned(reason)
        assert kiosk.pauses[:2] == [delay(1, 0.0), delay(2, 0.0)]
        server.turn_away = None
        await kiosk.up()


@pytest.mark.parametrize("reason", ["replaced", "stopping", "too_slow"])
async def test_other_goodbyes_are_no_refusal(server: ScriptedServer, key: Ed25519PrivateKey, reason: str):
    server.turn_away = reason
    async with running(Kiosk(server.address, key)) as kiosk:
        await until(lambda: len(server.hellos) >= 2)
        assert not kiosk.got(Turned)


async def test_a_server_that_is_not_there_is_tried_again(key: Ed25519PrivateKey):
    async with ScriptedServer(public_bytes(key)) as gone:
        address = gone.address
    async with running(Kiosk(address, key)) as kiosk:
        await until(lambda: len(kiosk.pauses) >= 3)
        assert kiosk.pauses[:3] == [delay(1, 0.0), delay(2, 0.0), delay(3, 0.0)]
        assert kiosk.news == []


async def test_a_peer_that_does_not_begin_with_a_challenge_is_no_server(key: Ed25519PrivateKey):
    from websockets.asyncio.server import ServerConnection, serve

    async def wrong(socket: ServerConnection) -> None:
        await socket.send('{"type": "reply", "id": "x"}')
        await socket.wait_closed()

    async with serve(wrong, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with running(Kiosk(f"http://127.0.0.1:{port}", key)) as kiosk:
            await until(lambda: len(kiosk.pauses) >= 2)
            assert kiosk.news == []


@pytest.mark.parametrize("failures", range(12))
def test_pauses_grow_to_half_a_minute_and_spread_a_fleet(failures: int):
    assert FIRST_DELAY / 2 <= delay(failures, 0.0) <= delay(failures, 0.999) <= LONGEST_DELAY
    assert delay(failures + 1, 0.0) >= delay(failures, 0.0)


def test_only_this_machine_may_be_spoken_to_without_encryption():
    assert socket_url("https://window.example.lg.jp") == "wss://window.example.lg.jp/ws/kiosk"
    assert socket_url("http://127.0.0.1:8080/") == "ws://127.0.0.1:8080/ws/kiosk"
    for bad in ("http://window.example.lg.jp", "window.example.lg.jp", "ftp://x", "https://"):
        with pytest.raises(ValueError, match="https"):
            socket_url(bad)


# ---------------------------------------------------------------- TLS

When = Callable[[datetime.datetime], tuple[datetime.datetime, datetime.datetime]]
DAY = datetime.timedelta(days=1)


def certificate(folder: Path, begins: datetime.timedelta, ends: datetime.timedelta) -> tuple[Path, Path]:
    """Write a self-signed certificate for localhost and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + begins)
        .not_valid_after(now + ends)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            ),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return folder / "cert.pem", folder / "key.pem"


def contexts(cert: Path, own_key: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(cert, own_key)
    return ours, ssl.create_default_context(cafile=cert)


async def test_the_citys_own_ca_is_trusted(tmp_path: Path, key: Ed25519PrivateKey):
    theirs, ours = contexts(*certificate(tmp_path, -DAY, DAY))
    async with (
        ScriptedServer(public_bytes(key), theirs) as server,
        running(Kiosk(server.address, key, ours)) as kiosk,
    ):
        await kiosk.up()


async def test_a_server_that_nobody_vouches_for_hears_nothing_of_us(tmp_path: Path, key: Ed25519PrivateKey):
    theirs, _ = contexts(*certificate(tmp_path, -DAY, DAY))
    async with (
        ScriptedServer(public_bytes(key), theirs) as server,
        running(Kiosk(server.address, key, ssl.create_default_context())) as kiosk,
    ):
        await until(lambda: len(kiosk.pauses) >= 2)
        assert server.hellos == []
        assert kiosk.news == []


@pytest.mark.parametrize(("begins", "ends"), [(DAY, 2 * DAY), (-2 * DAY, -DAY)])
async def test_a_certificate_not_valid_today_is_our_clocks_problem(
    tmp_path: Path, key: Ed25519PrivateKey, begins: datetime.timedelta, ends: datetime.timedelta
):
    theirs, ours = contexts(*certificate(tmp_path, begins, ends))
    async with (
        ScriptedServer(public_bytes(key), theirs) as server,
        running(Kiosk(server.address, key, ours)) as kiosk,
    ):
        await until(lambda: bool(kiosk.got(ClockLooksWrong)))


async def test_frames_are_never_logged(
    server: ScriptedServer, key: Ed25519PrivateKey, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    async with running(Kiosk(server.address, key)) as kiosk:
        await kiosk.up()
        kiosk.link.tell(TakeTicket(id="canary-1", purpose="talk"))
        await server.hears(TakeTicket)
        await server.send(Challenge(nonce=b"x" * 32))
        await kiosk.up(2)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("kiosk")]
    assert not any("canary" in line for line in ours)
