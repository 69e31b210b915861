"""`komado-kiosk doctor`: tries everything a kiosk needs and says in one sentence each how it is (Japanese)."""

import asyncio
import email.utils
import ssl
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal

import aiohttp

from hardware.errors import CameraMissing, DriverMissing
from hardware.open import Devices, open_devices
from hardware.ports import Camera, CardReader, Printer, ReaderGone
from kiosk.agent import tls
from kiosk.config import Place
from kiosk.display import SCREEN
from kiosk.identity import NotEnrolled, load
from kiosk.watch import printer_device

CLOCK_MAY_BE_OFF = 60.0
WITHIN = 8.0

Mark = Literal["ok", "warning", "bad"]
MARKS: dict[Mark, str] = {"ok": "○", "warning": "△", "bad": "×"}

PRINTER_NOTES = {
    "no_answer": "プリンタが返事をしません。電源とケーブルを確かめてください。",
    "cover_open": "プリンタのふたが開いています。",
    "paper_out": "プリンタの紙がありません。",
    "near_end": "プリンタの紙がもうすぐなくなります。",
    "fault": "プリンタが故障を知らせています。",
    "offline": "プリンタがオフラインです。",
}
READER_NOTES = {
    "no_reader": "カードリーダーが見つかりません。USBを確かめてください。",
    "no_service": "カードの常駐プログラム (pcscd) が動いていません。",
    "two_cards": "カードが2枚のっています。",
    "mute": "のっているカードが読めません。",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried."""

    mark: Mark
    text: str

    def __str__(self) -> str:
        return f"{MARKS[self.mark]} {self.text}"


async def examine(place: Place) -> AsyncIterator[Finding]:
    """Try one thing after the other; each finding is one sentence."""
    yield Finding("ok", f"設定 {place.file} を読みました。")
    try:
        identity = load(place.data)
        yield Finding(
            "ok", f"登録済みです: {identity.named.kiosk} ({identity.named.site or '場所の名前なし'})"
        )
    except NotEnrolled:
        yield Finding(
            "bad", "まだ登録されていません。komado-kiosk enrol --server URL --code CODE を実行してください。"
        )
    for finding in await server(place):
        yield finding
    yield page()
    try:
        devices = open_devices(place.config.devices)
    except DriverMissing as error:
        yield Finding("bad", f"機器を開けません ({error})。設定の {error.key} を直してください。")
        return
    async for finding in _devices(devices):
        yield finding


async def server(place: Place) -> tuple[Finding, ...]:
    """Reach the server, check whom we reached, and compare clocks."""
    url = place.config.server.url.rstrip("/")
    try:
        context = tls(place)
        timeout = aiohttp.ClientTimeout(total=WITHIN)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(f"{url}/healthz", ssl=True if context is None else context) as answer,
        ):
            status, date = answer.status, answer.headers.get("Date", "")
    except (ssl.SSLError, aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError):
        return (
            Finding(
                "bad",
                "サーバの証明書を確かめられません。設定の server.ca と、この端末の時計を確かめてください。",
            ),
        )
    except (aiohttp.ClientError, TimeoutError, OSError):
        return (Finding("bad", f"サーバ {url} につながりません。ネットワークを確かめてください。"),)
    if status != 200:
        return (Finding("bad", f"サーバ {url} が {status} を返しました。サーバの状態を確かめてください。"),)
    reached = Finding("ok", f"サーバ {url} につながりました。")
    return (reached, clock(date, time.time()))


def clock(date: str, ours: float) -> Finding:
    """Compare our clock with the server's `Date`."""
    try:
        theirs = email.utils.parsedate_to_datetime(date).timestamp()
    except ValueError:
        return Finding("warning", "サーバの時刻がわからないため、時計は確かめていません。")
    off = abs(ours - theirs)
    if off > CLOCK_MAY_BE_OFF:
        return Finding("bad", f"時計がサーバと {off:.0f} 秒ちがいます。時刻合わせ (NTP) を確かめてください。")
    return Finding("ok", "時計は合っています。")


def page() -> Finding:
    """Look whether the resident's page is complete."""
    needed = ("index.html", "main.js", "vendor/lit.js")
    missing = [name for name in needed if not (SCREEN / name).is_file()]
    if missing:
        return Finding("bad", f"画面のファイルがありません: {', '.join(missing)}")
    return Finding("ok", "画面のファイルはそろっています。")


async def _devices(devices: Devices) -> AsyncIterator[Finding]:
    if devices.simulated:
        yield Finding("warning", f"お試し用の機器を使っています: {', '.join(devices.simulated)}")
    if devices.card is not None:
        yield await reader(devices.card)
        await devices.card.close()
    if devices.printer is not None:
        yield await printer(devices.printer)
        await devices.printer.close()
    for camera, name in ((devices.face, "顔のカメラ"), (devices.document, "書類のカメラ")):
        if camera is not None:
            yield await picture(camera, name)
            await camera.close()
    if devices.panel is not None:
        yield Finding("ok", "ボタンとランプを開けました。")
        await devices.panel.close()


async def reader(device: CardReader) -> Finding:
    """Ask the card reader how it is."""
    news = device.news()
    try:
        async with asyncio.timeout(WITHIN):
            first = await anext(news)
    except (TimeoutError, StopAsyncIteration):
        return Finding("bad", "カードリーダーが返事をしません。")
    if isinstance(first, ReaderGone):
        return Finding("bad", READER_NOTES[first.reason])
    return Finding("ok", "カードリーダーは使えます。")


async def printer(device: Printer) -> Finding:
    """Ask the printer how it is."""
    found = printer_device(await device.status(), "")
    if found.state == "ok":
        return Finding("ok", "プリンタは使えます。")
    text = PRINTER_NOTES.get(found.note or "", "プリンタの状態がわかりません。")
    return Finding("bad" if found.state == "fault" else "warning", text)


async def picture(camera: Camera, name: str) -> Finding:
    """Take one picture, keep nothing of it."""
    arrived = asyncio.Event()
    try:
        await camera.open(640, 480, 15, lambda _frame: arrived.set())
        async with asyncio.timeout(WITHIN):
            await arrived.wait()
    except (CameraMissing, TimeoutError):
        return Finding("bad", f"{name}の映像が出ません。USBと設定を確かめてください。")
    finally:
        await camera.stop()
    return Finding("ok", f"{name}は使えます。")
