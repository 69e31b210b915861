"""The other side of simulated devices, for a demo or a desk without hardware: insert a card, pull it out, let the paper run out.

Loopback only, with a token. Nothing here exists for real devices.
"""

import secrets
from pathlib import Path
from typing import Any, Literal, Protocol

import cv2
import msgspec
import numpy as np
from aiohttp import web

from hardware.camera.simulated import SheetDoes, SimulatedCamera
from hardware.card import virtual
from hardware.card.simulated import SimulatedCardReader
from hardware.open import Devices
from hardware.panel.simulated import SimulatedPanel
from hardware.ports import Bitmap

PASSING = frozenset({"press", "cut_after_rows", "card_pull_at"})
"""Deeds that are over when they are done."""


class CardPlace(Protocol):
    """Where a virtual card can be put: the simulated reader, or a slot of the real PC/SC service."""

    async def insert(self, persona: str) -> None:
        """Put this person's card there."""
        ...

    async def pull(self) -> None:
        """Take it away."""
        ...


class Deed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing done to the devices; only the named parts change."""

    card: str | None = None  # a persona's name, or "" to pull it out
    card_pull_at: int | None = None  # the card there is pulled while it works on this command; 0 = it stays
    press: Literal["call", "repeat", "end"] | None = None
    handset: bool | None = None
    presence: bool | None = None
    paper: Literal["enough", "near_end", "out"] | None = None
    cover_open: bool | None = None
    printer_silent: bool | None = None
    cut_after_rows: int | None = None
    face_camera: bool | None = None  # False = unplugged
    document_camera: bool | None = None
    sheet: SheetDoes | None = None  # under the document camera


class Control:
    """An aiohttp application over a kiosk's simulated devices."""

    def __init__(
        self,
        devices: Devices,
        *,
        card_place: CardPlace | None = None,
        token: str | None = None,
        desk: Path | None = None,
    ) -> None:
        self._devices = devices
        self._desk = None if desk is None else _Desk(desk)
        self._place = card_place or _reader_place(devices)
        self._inserted = ""
        self.token = token or secrets.token_urlsafe(16)
        self.app = web.Application(middlewares=[self._guard])
        self.app.add_routes(
            [
                web.get("/state", self._state),
                web.post("/do", self._do),
                web.get("/pages/{index:[0-9]+}.png", self._picture),
            ]
        )

    async def restore(self) -> None:
        """Put the desk back as it was: papers that came out, a card that lay there. A new process has an empty one."""
        if self._desk is None:
            return
        if self._devices.simulated_printer is not None:
            self._devices.simulated_printer.pages.extend(self._desk.pages())
        await self.do(self._desk.last())

    def keep(self) -> None:
        """Keep the papers that came out for the next process."""
        if self._desk is not None and self._devices.simulated_printer is not None:
            self._desk.keep(self._devices.simulated_printer.pages)

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if not secrets.compare_digest(request.query.get("t", ""), self.token):
            raise web.HTTPForbidden(text="token")
        response: web.StreamResponse = await handler(request)
        response.headers["Access-Control-Allow-Origin"] = (
            "*"  # the token is the guard; the demo page is elsewhere
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    async def _state(self, _request: web.Request) -> web.Response:
        panel, printer = self._devices.panel, self._devices.simulated_printer
        self.keep()
        state: dict[str, Any] = {
            "personas": [{"name": name, "label": label} for name, label in virtual.personas()],
            "card": self._inserted,
            "can_insert": self._place is not None,
            "lamps": msgspec.to_builtins(panel.lamps) if isinstance(panel, SimulatedPanel) else None,
            "panel": isinstance(panel, SimulatedPanel),
            "printer": None
            if printer is None
            else {"paper": printer.paper, "cover_open": printer.cover_open, "silent": printer.silent, "pages": len(printer.pages)},
            "cameras": {
                name: camera.device().state == "ok"
                for name, camera in (("face_camera", self._devices.face), ("document_camera", self._devices.document))
                if isinstance(camera, SimulatedCamera)
            },
        }  # fmt: skip
        return web.json_response(state)

    async def _do(self, request: web.Request) -> web.Response:
        try:
            deed = msgspec.json.decode(await request.read(), type=Deed)
        except msgspec.ValidationError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        if deed.card and deed.card not in dict(virtual.personas()):
            raise web.HTTPBadRequest(text="no such card")
        await self.do(deed)
        return await self._state(request)

    async def do(self, deed: Deed) -> None:
        """Carry out every part of the deed that is named; a card nobody knows raises KeyError."""
        if deed.card is not None and self._place is not None:
            if self._inserted:
                await self._place.pull()
            self._inserted = deed.card
            if deed.card:
                await self._place.insert(deed.card)
        reader = self._devices.card
        if (
            deed.card_pull_at is not None
            and isinstance(reader, SimulatedCardReader)
            and reader.card is not None
        ):
            reader.card.faults.pull_at = deed.card_pull_at or None
        if self._desk is not None:
            self._desk.note(deed)
        panel, printer = self._devices.panel, self._devices.simulated_printer
        if isinstance(panel, SimulatedPanel):
            if deed.press is not None:
                panel.press(deed.press)
            if deed.handset is not None:
                panel.lift(deed.handset)
            if deed.presence is not None:
                panel.approach(deed.presence)
        if printer is not None:
            for name, value in (
                ("paper", deed.paper), ("cover_open", deed.cover_open), ("silent", deed.printer_silent),
                ("out_after_rows", deed.cut_after_rows),
            ):  # fmt: skip
                if value is not None:
                    setattr(printer, name, value)
        for camera, plugged in (
            (self._devices.face, deed.face_camera),
            (self._devices.document, deed.document_camera),
        ):
            if isinstance(camera, SimulatedCamera) and plugged is not None:
                (camera.plug if plugged else camera.unplug)()
        if deed.sheet is not None and isinstance(self._devices.document, SimulatedCamera):
            self._devices.document.lay(deed.sheet)

    async def _picture(self, request: web.Request) -> web.Response:
        printer, index = self._devices.simulated_printer, int(request.match_info["index"])
        if printer is None or index >= len(printer.pages):
            raise web.HTTPNotFound
        return web.Response(body=png(printer.pages[index]), content_type="image/png")


class _Desk:
    """What lies on a simulated desk outlives the agent's process, as it would on a real one: deeds, and papers."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._state = folder, folder / "desk.json"

    def last(self) -> Deed:
        """What lasts of all deeds so far."""
        try:
            return msgspec.json.decode(self._state.read_bytes(), type=Deed)
        except (FileNotFoundError, msgspec.DecodeError):
            return Deed()

    def note(self, deed: Deed) -> None:
        """Remember what lasts of a deed; a press does not."""
        changes = {name: value for name, value in msgspec.structs.asdict(deed).items() if value is not None}
        lasting = {name: value for name, value in changes.items() if name not in PASSING}
        self._state.write_bytes(msgspec.json.encode(msgspec.structs.replace(self.last(), **lasting)))

    def keep(self, pages: list[Bitmap]) -> None:
        """Keep papers that are not kept yet."""
        for number in range(len(list(self._folder.glob("*.paper"))), len(pages)):
            (self._folder / f"{number:05}.paper").write_bytes(msgspec.msgpack.encode(pages[number]))

    def pages(self) -> list[Bitmap]:
        """Return the papers in the order they came out."""
        return [
            msgspec.msgpack.decode(path.read_bytes(), type=Bitmap)
            for path in sorted(self._folder.glob("*.paper"))
        ]


def png(page: Bitmap) -> bytes:
    """Return a printed page as a picture."""
    bits = np.frombuffer(page.rows, np.uint8).reshape(page.height, page.width // 8)
    done, data = cv2.imencode(".png", 255 * (1 - np.unpackbits(bits, axis=1)))
    assert done
    return data.tobytes()


def _reader_place(devices: Devices) -> CardPlace | None:
    reader = devices.card
    return _SimulatedPlace(reader) if isinstance(reader, SimulatedCardReader) else None


class _SimulatedPlace:
    def __init__(self, reader: SimulatedCardReader) -> None:
        self._reader = reader
        self._cards: dict[str, virtual.VirtualCard] = {}

    async def insert(self, persona: str) -> None:
        # The same card again, not a fresh one: its counters remember.
        if persona not in self._cards:
            self._cards[persona] = virtual.load(persona)
        self._reader.insert(self._cards[persona])

    async def pull(self) -> None:
        self._reader.pull()
