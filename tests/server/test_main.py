"""`komado-server` as a person or systemd runs it: a process of its own."""

import asyncio
import contextlib
import os
import signal
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import aiohttp
import pytest

from server.protocol import messages as m
from server.protocol.values import MunicipalityId
from server.store.registry import Registry
from server.store.sqlite import Database
from tests.server.http.rig import PASSWORD, HandClock, House, Server, prepare
from tests.server.http.test_staff import in_call

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).resolve().parents[2]


async def komado(*arguments: str | Path, typed: str = "") -> tuple[int, str, str]:
    """Run `komado-server` to its end: (exit code, what it printed, what it complained)."""
    process = await start(arguments, stdin=True)
    async with asyncio.timeout(60):
        out, err = await process.communicate(typed.encode())
    return process.returncode or 0, out.decode(), err.decode()


async def start(
    arguments: Sequence[str | Path], *, stdin: bool = False, environment: dict[str, str] | None = None
) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server", *map(str, arguments),
        cwd=REPOSITORY,
        env={**os.environ, **(environment or {})},
        stdin=asyncio.subprocess.PIPE if stdin else asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE if stdin else asyncio.subprocess.STDOUT,
    )  # fmt: skip


@contextlib.asynccontextmanager
async def process_of(config: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """Run a server as a process of its own until the block ends: (process, its address)."""
    process = await start(["run", "--config", config])
    assert process.stdout is not None
    try:
        url = ""
        async with asyncio.timeout(60):
            while not url:
                line = (await process.stdout.readline()).decode()
                assert line, "the server ended before it listened"
                if "受け付けています: " in line:
                    url = line.split(": ", 1)[1].strip().rstrip("/")
        draining = asyncio.create_task(process.stdout.read())
        yield process, url
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
    await draining


def visitors(folder: Path, url: str, database: Database, stack: contextlib.AsyncExitStack) -> House:
    registry = Registry(database, MunicipalityId("mihon"))
    return House(Server(folder, url, database, registry, HandClock()), stack)


async def test_a_conversation_survives_kill_9_and_a_new_start(tmp_path: Path) -> None:
    loaded = prepare(tmp_path)
    loaded.data.mkdir(mode=0o700)
    async with contextlib.AsyncExitStack() as stack:
        database = Database(loaded.database)
        stack.push_async_callback(database.close)
        async with process_of(tmp_path / "server.toml") as (process, url):
            at = visitors(tmp_path, url, database, stack)
            kiosk, console, ticket, generation = await in_call(at)
            process.send_signal(signal.SIGKILL)
            await asyncio.gather(kiosk.ended(), console.ended())
        async with process_of(tmp_path / "server.toml") as (_, url):
            device = at.kiosks[0]
            device.server.url = url
            again = await device.connect(ticket=ticket, generation=generation)
            view = await again.shows(m.KioskView, lambda view: view.ticket is not None)
            assert view.ticket is not None
            assert (view.ticket.id, view.ticket.state, view.ticket.generation) == (
                ticket,
                "serving",
                generation,
            )
            clerk = await at.browser()
            assert (await clerk.sign_in("sato"))[0] == 200
            back = await clerk.console()
            await back.shows(m.StaffView, lambda v: v.mine is not None and v.mine.kiosk_connected)
            typing = m.RelayToKiosk(generation=generation, body=m.Typing(on=True))
            await back.say(typing)
            assert await again.until(m.RelayToKiosk) == typing
            assert (await back.ask(m.EndCall, ticket=ticket, generation=generation)).refused is None


async def test_sigterm_says_goodbye_to_everybody_and_ends_cleanly(tmp_path: Path) -> None:
    loaded = prepare(tmp_path)
    loaded.data.mkdir(mode=0o700)
    async with contextlib.AsyncExitStack() as stack:
        database = Database(loaded.database)
        stack.push_async_callback(database.close)
        async with process_of(tmp_path / "server.toml") as (process, url):
            at = visitors(tmp_path, url, database, stack)
            console = await (await at.signed_in("sato")).console()
            kiosk = await (await at.kiosk()).connect()
            await kiosk.until(m.KioskView)
            process.send_signal(signal.SIGTERM)
            assert await kiosk.ended() == "stopping"
            assert await console.ended() == "stopping"
            async with asyncio.timeout(10):
                assert await process.wait() == 0


async def test_sighup_reads_the_city_again_and_whoever_waits_loses_nothing(tmp_path: Path) -> None:
    loaded = prepare(tmp_path)
    loaded.data.mkdir(mode=0o700)
    async with contextlib.AsyncExitStack() as stack:
        database = Database(loaded.database)
        stack.push_async_callback(database.close)
        async with process_of(tmp_path / "server.toml") as (process, url):
            at = visitors(tmp_path, url, database, stack)
            console = await (await at.signed_in("sato")).console()
            assert (await console.ask(m.SetReady)).refused is None
            kiosk = await (await at.kiosk()).connect()
            await kiosk.shows(m.KioskView, lambda view: view.hours == "いつでも" and view.open)
            assert (await kiosk.ask(m.TakeTicket, purpose="talk")).refused is None
            written = loaded.city.read_text()
            loaded.city.write_text(
                written.replace("[[sites]]", '[hours]\nmon = ["09:00-17:00"]\n[[sites]]', 1)
            )
            process.send_signal(signal.SIGHUP)
            seen = await kiosk.shows(m.KioskView, lambda view: view.hours != "いつでも")
            assert seen.hours == "月 午前9時〜午後5時"
            assert seen.ticket is not None, "whoever waits loses nothing"


async def test_init_makes_a_city_whose_certificate_its_own_authority_vouches_for(tmp_path: Path) -> None:
    folder = tmp_path / "komado"
    code, out, err = await komado("init", folder, "--host", "localhost", "--host", "127.0.0.1", "--port", "0")
    assert (code, err) == (0, "")
    password = out.split("パスワード: ")[1].split()[0]
    assert "職員の画面" in out
    for file in ("secrets/case.key", "tls/server.key", "tls/ca.key", "data/komado.db"):
        assert (folder / file).stat().st_mode & 0o077 == 0, file
    code, _, err = await komado("init", folder)
    assert code == 2
    assert "server.toml" in err
    code, out, _ = await komado("--config", folder / "server.toml", "--check-config")
    assert code == 0
    trust = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    async with process_of(folder / "server.toml") as (_, url):
        url = url.replace("0.0.0.0", "localhost")
        body = {"account": "admin", "password": password}
        async with (
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trust)) as session,
            session.post(f"{url}/api/sign-in", json=body, headers={"Origin": url}) as answer,
        ):
            assert answer.status == 200
            assert answer.cookies["__Host-komado"]["secure"]
            assert "Strict-Transport-Security" in answer.headers
            wish = {"site": "kita", "name": "1号機"}
            async with session.post(f"{url}/api/enrolments", json=wish, headers={"Origin": url}) as made:
                assert (await made.json())["authority"] is True
            async with session.get(f"{url}/api/authority") as authority:
                assert await authority.read() == (folder / "ca.pem").read_bytes()


async def test_the_first_administrator_can_be_somebody_who_only_administers(tmp_path: Path) -> None:
    code, out, _ = await komado("init", tmp_path / "a", "--roles", "administrator", "--name", "管理 太郎")
    assert code == 0
    assert "応答できません" in out
    _, out, _ = await komado("--config", tmp_path / "a" / "server.toml", "staff", "list")
    assert out == "admin\t管理 太郎\t\tadministrator\n"
    code, _, err = await komado("init", tmp_path / "b", "--roles", "boss")
    assert (code, (tmp_path / "b").exists()) == (2, False)
    assert "役割「boss」" in err


async def test_systemd_hears_when_the_server_is_ready_that_it_lives_and_when_it_stops(tmp_path: Path) -> None:
    prepare(tmp_path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "notify"))
        line.setblocking(False)
        told = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "300000"}
        process = await start(["run", "--config", tmp_path / "server.toml"], environment=told)
        try:
            for state in ("READY=1", "WATCHDOG=1", "STOPPING=1"):
                async with asyncio.timeout(60):
                    heard = ""
                    while heard != state:
                        heard = (await asyncio.get_running_loop().sock_recv(line, 100)).decode()
                if state == "WATCHDOG=1":
                    process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(60):
                await process.communicate()
            assert process.returncode == 0
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def test_a_citys_own_certificate_is_taken_and_checked(tmp_path: Path) -> None:
    code, _, _ = await komado("init", tmp_path / "first", "--host", "localhost")
    assert code == 0
    tls = tmp_path / "first" / "tls"
    own = ["--certificate", tls / "server.pem"]
    code, _, err = await komado("init", tmp_path / "second", *own, "--key", tls / "server.key")
    assert (code, err) == (0, "")
    code, _, err = await komado("init", tmp_path / "third", *own, "--key", tls / "ca.key")
    assert code == 2
    assert "合いません" in err
    code, _, err = await komado("init", tmp_path / "fourth", *own)
    assert code == 2


async def test_a_port_in_use_is_one_clear_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        prepare(tmp_path)
        (tmp_path / "server.toml").write_text(f"listen.port = {port}\n")
        code, _, err = await komado("run", "--config", tmp_path / "server.toml")
    assert code == 2
    assert f"127.0.0.1:{port} は ほかのプログラムが 使っています" in err
    assert "Traceback" not in err


async def test_a_typing_mistake_in_the_config_stops_the_start(tmp_path: Path) -> None:
    prepare(tmp_path)
    (tmp_path / "city.toml").write_text('id = "mihon"\nnmae = "見本市"\n')
    code, _, err = await komado("run", "--config", tmp_path / "server.toml")
    assert code == 2
    assert "city.toml: nmae: 「nmae」という項目は ありません" in err


async def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    loaded = prepare(tmp_path)
    loaded.data.mkdir(mode=0o700)
    loaded.database.write_bytes(b"this is not a database" * 1000)
    code, _, err = await komado("run", "--config", tmp_path / "server.toml")
    assert code == 2
    assert "データベースでは ありません" in err


async def test_staff_are_added_listed_changed_and_kept_out_at_the_command_line(tmp_path: Path) -> None:
    prepare(tmp_path)
    config = ("--config", tmp_path / "server.toml")
    person = ("--account", "sato", "--name", "佐藤 恵", "--department", "市民課")
    code, out, err = await komado(
        "staff", "add", *config, *person, "--role", "clerk", "--password-stdin", typed=PASSWORD + "\n"
    )
    assert (code, err) == (0, "")
    again = ("staff", "add", *config, *person, "--role", "clerk", "--generate")
    assert "もう使われています" in (await komado(*again))[2]
    wrong_role = ("staff", "add", *config, *person, "--role", "boss", "--generate")
    assert "役割「boss」" in (await komado(*wrong_role))[2]
    short = await komado("staff", "password", *config, "sato", "--password-stdin", typed="abc\n")
    assert "8文字以上" in short[2]
    assert (await komado("staff", "disable", *config, "sato"))[0] == 0
    code, out, _ = await komado(*config, "staff", "list")
    assert out == "sato\t佐藤 恵\t市民課\tclerk  (停止中)\n"
    assert "そのIDの職員は いません" in (await komado("staff", "disable", *config, "nobody"))[2]


async def test_help_names_every_command() -> None:
    code, out, _ = await komado("--help")
    assert code == 0
    for word in ("run", "init", "staff", "backup", "restore", "--config", "--check-config"):
        assert word in out
