"""The doctor says in one sentence each what works and what to do about the rest."""

from pathlib import Path

import pytest
from aiohttp import web

from hardware.camera.simulated import SimulatedCamera
from hardware.card.simulated import SimulatedCardReader
from hardware.printer.raster import RasterPrinter
from hardware.printer.simulated import SimulatedPrinter
from kiosk import doctor
from kiosk.__main__ import main
from kiosk.config import load
from tests.kiosk.agent_rig import enrolled


async def healthz(request: web.Request) -> web.Response:
    return web.Response(text="ok")


async def test_a_kiosk_in_order_has_no_complaint(tmp_path: Path):
    app = web.Application()
    app.router.add_get("/healthz", healthz)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    place, _ = enrolled(tmp_path, f"http://127.0.0.1:{runner.addresses[0][1]}", camera="simulated")
    findings = [finding async for finding in doctor.examine(place)]
    await runner.cleanup()
    texts = [str(finding) for finding in findings]
    assert not [text for text in texts if text.startswith("×") and "画面" not in text]
    for word in ("設定", "k1", "サーバ", "時計", "カードリーダー", "プリンタ", "顔のカメラ", "ボタン"):
        assert any(word in text for text in texts), word
    assert any(text.startswith("△ お試し用") for text in texts)


async def test_a_server_that_answers_with_an_error_is_said(tmp_path: Path):
    runner = web.AppRunner(web.Application())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    place, _ = enrolled(tmp_path, f"http://127.0.0.1:{runner.addresses[0][1]}")
    (finding,) = await doctor.server(place)
    await runner.cleanup()
    assert finding.mark == "bad"
    assert "404" in finding.text


def test_complaints_are_counted_in_the_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    place, _ = enrolled(tmp_path, "http://127.0.0.1:1")
    (tmp_path / "data" / "identity.json").unlink()
    assert main(["--config", str(place.file), "doctor"]) == 1
    text = capsys.readouterr().out
    assert "× まだ登録されていません" in text
    assert "つながりません" in text
    assert "直すところが" in text


async def test_a_driver_that_cannot_start_ends_the_examination_with_its_key(tmp_path: Path):
    place, _ = enrolled(tmp_path, "http://127.0.0.1:1")
    text = place.file.read_text().replace(
        'printer = { driver = "simulated" }', 'printer = { driver = "usb" }'
    )
    place.file.write_text(text, "utf-8")
    findings = [finding async for finding in doctor.examine(load(place.file))]
    assert findings[-1].mark == "bad"
    assert "devices.printer.usb_vendor" in findings[-1].text


@pytest.mark.parametrize(
    ("date", "ours", "mark"),
    [
        ("Tue, 24 Nov 2026 00:00:00 GMT", 1795478400.0, "ok"),
        ("Tue, 24 Nov 2026 00:00:00 GMT", 1795478400.0 + 3600, "bad"),
        ("yesterday", 0.0, "warning"),
        ("", 0.0, "warning"),
    ],
)
def test_the_clock_is_compared_with_the_servers(date: str, ours: float, mark: str):
    assert doctor.clock(date, ours).mark == mark


async def test_devices_in_trouble_have_a_sentence():
    reader = SimulatedCardReader()
    reader.unplug()
    assert "見つかりません" in (await doctor.reader(reader)).text
    await reader.close()
    assert (await doctor.reader(reader)).mark == "bad"
    desk = SimulatedPrinter(paper="out")
    assert (await doctor.printer(RasterPrinter(desk))).text == "プリンタの紙がありません。"
    desk.paper = "near_end"
    assert (await doctor.printer(RasterPrinter(desk))).mark == "warning"
    camera = SimulatedCamera("face_camera", "face")
    camera.unplug()
    assert (await doctor.picture(camera, "顔のカメラ")).mark == "bad"
    camera.plug()
    assert (await doctor.picture(camera, "顔のカメラ")).mark == "ok"
    assert not camera.capturing
    await camera.close()
