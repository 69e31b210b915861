"""The program itself: as a process, with its exit codes and its sentences."""

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from kiosk.__main__ import UNAVAILABLE, USAGE, main
from kiosk.identity import make_key, public_bytes
from server.protocol import screen as s
from server.protocol.messages import HangUp, KioskView, TicketForKiosk
from tests.kiosk.agent_rig import enrolled
from tests.kiosk.page import Page
from tests.kiosk.scripted import ScriptedServer, until

pytestmark = pytest.mark.slow


def config(folder: Path, address: str) -> Path:
    enrolled(folder, address)
    path = folder / "kiosk.toml"
    path.write_text(path.read_text().replace("port = 0", 'port = 0\nurl_file = "run/url"'), "utf-8")
    return path


async def started(path: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "kiosk", "--config", str(path), "run",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip


async def ended(process: asyncio.subprocess.Process) -> tuple[int, str]:
    async with asyncio.timeout(60):
        _, errors = await process.communicate()
    assert process.returncode is not None
    return process.returncode, errors.decode()


async def test_it_runs_until_it_is_told_to_stop(tmp_path: Path):
    async with ScriptedServer(public_bytes(make_key(tmp_path / "data"))) as server:
        server.view = KioskView(seq=1, open=True)
        process = await started(config(tmp_path, server.address))
        url = tmp_path / "run" / "url"
        await until(url.exists, "the address is written")
        assert url.stat().st_mode & 0o777 == 0o640
        async with Page(url.read_text().strip()) as page:
            await page.shows(s.Attract)
            await until(lambda: page.display.link_up)
            process.send_signal(signal.SIGTERM)
            code, errors = await ended(process)
        assert code == 0, errors
        assert "Traceback" not in errors


async def test_after_a_conversation_another_process_greets_the_next_visitor(tmp_path: Path):
    ticket = TicketForKiosk(id="t1", number=12, state="serving", purpose="talk", generation=1)
    async with ScriptedServer(public_bytes(make_key(tmp_path / "data"))) as server:
        server.view = KioskView(seq=1, open=True)
        process = await started(config(tmp_path, server.address))
        url = tmp_path / "run" / "url"
        await until(url.exists, "the address is written")
        first = url.read_text().strip()
        async with Page(first) as page:
            await until(lambda: bool(page.displays) and page.display.link_up)
            await page.touch("start")
            await page.shows(s.Purposes)
            await page.touch("purpose:talk")
            await page.shows(s.Confirm)
            await page.touch("confirm")
            await page.shows(s.Waiting)
            await server.show(KioskView(seq=2, open=True, ticket=ticket))
            await page.shows(s.Call)
            await page.touch("end")
            await until(lambda: page.display.quitting)
            await page.touch("quit_yes")
            await server.hears(HangUp)
            await server.show(KioskView(seq=3, open=True))
            await page.shows(s.Farewell)
            await page.touch("done")
            await until(lambda: page.reloads == 1)
        async with Page(first):
            await until(lambda: len(server.hellos) == 2, "the next process says hello")
        assert server.hellos[1].ticket is None
        await until(lambda: url.read_text().strip() != first or len(server.sockets) == 2)
        assert url.read_text().split("#")[1] == first.split("#")[1] + "\n"
        async with Page(url.read_text().strip()) as page:
            assert (await page.shows(s.Farewell)).wiped
        process.send_signal(signal.SIGTERM)
        code, errors = await ended(process)
        assert code == 0, errors


async def test_a_taken_port_is_one_sentence(tmp_path: Path):
    taken = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    path = config(tmp_path, "http://127.0.0.1:1")
    path.write_text(path.read_text().replace("port = 0", f"port = {port}"), "utf-8")
    code, errors = await ended(await started(path))
    taken.close()
    assert code == UNAVAILABLE
    assert "screen.port" in errors
    assert "Traceback" not in errors


async def test_a_driver_that_cannot_start_names_its_key(tmp_path: Path):
    path = config(tmp_path, "http://127.0.0.1:1")
    text = path.read_text().replace('printer = { driver = "simulated" }', 'printer = { driver = "usb" }')
    path.write_text(text, "utf-8")
    code, errors = await ended(await started(path))
    assert code == USAGE
    assert "devices.printer.usb_vendor" in errors


def test_the_config_can_be_checked_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = config(tmp_path, "https://window.mihon.example")
    assert main(["--config", str(path), "--check-config"]) == 0
    assert "正しく" in capsys.readouterr().out
    path.write_text("data = 3", "utf-8")
    assert main(["--config", str(path), "--check-config"]) == USAGE
    assert str(path) in capsys.readouterr().err


def test_a_machine_that_is_not_enrolled_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = config(tmp_path, "https://window.mihon.example")
    (tmp_path / "data" / "identity.json").unlink()
    assert main(["--config", str(path)]) == UNAVAILABLE
    assert "enrol" in capsys.readouterr().err


def test_help_is_japanese_and_names_every_command(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    assert all(word in text for word in ("run", "enrol", "doctor", "窓口"))


def test_enrolment_that_fails_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = config(tmp_path, "https://window.mihon.example")
    words = ["--config", str(path), "enrol", "--server", "http://127.0.0.1:1", "--code", "ABCD2345"]
    assert main(words) == UNAVAILABLE
    assert "つながりません" in capsys.readouterr().err
