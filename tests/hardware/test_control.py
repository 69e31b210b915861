"""The other side of simulated devices."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from hardware.control import Control
from hardware.open import (
    CameraConfig,
    CardConfig,
    Devices,
    DevicesConfig,
    PanelConfig,
    PrinterConfig,
    open_devices,
)
from hardware.ports import Bitmap, CardIn, Pressed

SIMULATED = DevicesConfig(
    card=CardConfig(driver="simulated"),
    printer=PrinterConfig(driver="simulated"),
    panel=PanelConfig(driver="simulated"),
    face=CameraConfig(driver="simulated"),
    document=CameraConfig(driver="none"),
)
PAGE = Bitmap(width=576, rows=b"\xaa" * 72 * 40)


@pytest.fixture
async def devices():
    devices = open_devices(SIMULATED)
    yield devices
    for device in (devices.card, devices.printer, devices.panel, devices.face):
        assert device is not None
        await device.close()


@pytest.fixture
async def desk(devices: Devices, tmp_path: Path):
    control = Control(devices, token="t0", desk=tmp_path)
    async with TestClient(TestServer(control.app)) as client:
        yield client


async def test_a_card_is_put_there_and_taken_away(
    devices: Devices, desk: "TestClient[web.Request, web.Application]"
):
    assert devices.card is not None
    news = devices.card.news()
    await anext(news)
    state = await (await desk.post("/do?t=t0", json={"card": "ordinary"})).json()
    assert state["card"] == "ordinary"
    async with asyncio.timeout(5):
        assert isinstance(await anext(news), CardIn)
    assert (await (await desk.post("/do?t=t0", json={"card": ""})).json())["card"] == ""


async def test_presses_and_paper_reach_the_devices(
    devices: Devices, desk: "TestClient[web.Request, web.Application]"
):
    assert devices.panel is not None
    assert devices.printer is not None
    await desk.post("/do?t=t0", json={"press": "call", "paper": "out"})
    async with asyncio.timeout(5):
        assert await anext(devices.panel.news()) == Pressed("call")
    assert await devices.printer.print(PAGE) == "paper_out"


async def test_without_its_token_nothing_is_done(desk: "TestClient[web.Request, web.Application]"):
    assert (await desk.post("/do", json={"press": "call"})).status == 403
    assert (await desk.get("/state?t=wrong")).status == 403


async def test_a_deed_nobody_knows_is_refused_with_its_name(desk: "TestClient[web.Request, web.Application]"):
    answer = await desk.post("/do?t=t0", json={"pres": "call"})
    assert answer.status == 400
    assert "pres" in await answer.text()
    assert (await desk.post("/do?t=t0", json={"card": "nobody"})).status == 400


async def test_papers_can_be_looked_at_and_outlive_the_process(
    devices: Devices, desk: "TestClient[web.Request, web.Application]", tmp_path: Path
):
    assert devices.printer is not None
    assert await devices.printer.print(PAGE) == "printed"
    assert (await (await desk.post("/do?t=t0", json={"paper": "near_end"})).json())["printer"]["pages"] == 1
    assert (await (await desk.get("/pages/0.png?t=t0")).read()).startswith(b"\x89PNG")
    later = open_devices(SIMULATED)
    await Control(later, desk=tmp_path).restore()
    assert later.simulated_printer is not None
    assert later.simulated_printer.pages == [PAGE]
    assert later.simulated_printer.paper == "near_end"
