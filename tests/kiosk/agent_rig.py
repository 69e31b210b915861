"""One whole agent with simulated devices, a scripted server and a page made by hand."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hardware.card.simulated import SimulatedCardReader
from hardware.open import Devices, open_devices
from hardware.panel.simulated import SimulatedPanel
from hardware.printer.simulated import SimulatedPrinter
from kiosk import agent
from kiosk.config import Place, load
from kiosk.flow.events import Tick
from kiosk.identity import Identity, Named, machine_id, make_key, public_bytes, save
from kiosk.media.binding import signed
from kiosk.runner import Runner
from server.protocol.messages import KioskView, Paper, RelayToKiosk, Sdp, TicketForKiosk, ToResident
from server.protocol.screen import VoiceState
from server.protocol.values import Order
from tests.kiosk.page import Page
from tests.kiosk.scripted import ScriptedServer, until

CONFIG = """
data = "data"
[server]
url = "{server}"
[screen]
port = 0
[devices]
card = {{ driver = "simulated" }}
printer = {{ driver = "simulated" }}
panel = {{ driver = "simulated" }}
face = {{ driver = "{camera}" }}
document = {{ driver = "none" }}
"""
PRINT = ":".join(["AB"] * 32)
SDP = f"v=0\r\na=fingerprint:sha-256 {PRINT}\r\n"


class HandClock:
    """The real clock, and a hand that turns it forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead


@dataclass
class Rig:
    """Everything around one running agent."""

    server: ScriptedServer
    runner: Runner
    page: Page
    clock: HandClock
    devices: Devices
    clerk: Ed25519PrivateKey
    device_key: bytes
    running: "asyncio.Task[int]"
    sent_lines: int = 0

    @property
    def card(self) -> SimulatedCardReader:
        assert isinstance(self.devices.card, SimulatedCardReader)
        return self.devices.card

    @property
    def panel(self) -> SimulatedPanel:
        assert isinstance(self.devices.panel, SimulatedPanel)
        return self.devices.panel

    @property
    def printer(self) -> SimulatedPrinter:
        assert self.devices.simulated_printer is not None
        return self.devices.simulated_printer

    def pass_time(self, seconds: float) -> None:
        """Turn the clock forward; whatever is due happens now."""
        self.clock.ahead += seconds
        self.runner.post(Tick())

    def ticket(self, state: str, generation: int = 0) -> TicketForKiosk:
        return TicketForKiosk(
            id="t1",
            number=12,
            state=state,  # pyright: ignore[reportArgumentType]
            purpose="talk",
            generation=generation,
            staff_name="佐藤",
            department="市民課",
            staff_key=public_bytes(self.clerk),
        )

    async def show(self, state: str | None, generation: int = 0, *orders: Order) -> None:
        of = None if state is None else self.ticket(state, generation)
        await self.server.show(KioskView(seq=1, open=True, staff_ready=True, ticket=of, orders=orders))

    async def relay(self, body: ToResident, generation: int = 1) -> None:
        await self.server.send(RelayToKiosk(generation=generation, body=body))

    def offer(self, link: str = "voice", attempt: int = 1, generation: int = 1, sdp: str = SDP) -> Sdp:
        body = Sdp(link=link, attempt=attempt, kind="offer", sdp=sdp)  # pyright: ignore[reportArgumentType]
        return signed(self.clerk, "t1", generation, body)

    async def paper(self, order: str) -> None:
        row = b"\xff" * 72
        for index in range(2):
            await self.server.send(Paper(order=order, index=index, count=2, width=576, rows=row * 4))

    async def ring(self) -> None:
        """Press the blue button twice, as somebody who means it."""
        self.panel.press("call")
        await until(lambda: type(self.runner.kiosk.state).__name__ == "Confirming", "Confirming")
        self.clock.ahead += 2
        self.panel.press("call")
        await until(lambda: type(self.runner.kiosk.state).__name__ == "Asking", "Asking")

    async def talk(self) -> None:
        """Be in a conversation, with voice."""
        await self.ring()
        await self.show("connecting", 1)
        await self.relay(self.offer())
        await until(lambda: len(self.page.signals) == 1, "the offer at the page")
        await self.page.send(VoiceState(generation=1, attempt=1, state="connected"))
        await until(lambda: getattr(self.runner.kiosk.state, "told_up", False), "MediaIsUp told")
        await self.show("serving", 1)
        await until(lambda: getattr(self.runner.kiosk.state, "served", False), "serving")


def enrolled(folder: Path, server: str, camera: str = "none") -> tuple[Place, Identity]:
    """Write a config and an identity, as `enrol` leaves them."""
    (folder / "kiosk.toml").write_text(CONFIG.format(server=server, camera=camera), "utf-8")
    place = load(folder / "kiosk.toml")
    key = make_key(place.data)
    named = Named(kiosk="k1", city="見本市", site="北公民館")
    save(place.data, named)
    return place, Identity(named=named, machine=machine_id(place.data), key=key)


@asynccontextmanager
async def rig(folder: Path, *, camera: str = "none", may_end: bool = False) -> AsyncIterator[Rig]:
    """Run an agent until the test is done with it."""
    key = make_key(folder / "data")
    async with ScriptedServer(public_bytes(key)) as server:
        server.view = KioskView(seq=1, open=True, staff_ready=True)
        async with agent_at(folder, server, camera=camera, may_end=may_end) as whole:
            yield whole


@asynccontextmanager
async def agent_at(
    folder: Path, server: ScriptedServer, *, camera: str = "none", may_end: bool = False
) -> AsyncIterator[Rig]:
    """Run an agent against a server that is already there."""
    place, identity = enrolled(folder, server.address, camera)
    devices = open_devices(place.config.devices)
    clock = HandClock()
    runner = agent.build(place, identity, token="token", devices=devices, may_end=may_end, clock=clock)
    ready = asyncio.get_running_loop().create_future()
    running = asyncio.create_task(runner.run(ready.set_result))
    try:
        async with Page(await ready) as page:
            await until(lambda: runner.kiosk.link_up and runner.kiosk.server is not None, "the link")
            yield Rig(
                server=server,
                runner=runner,
                page=page,
                clock=clock,
                devices=devices,
                clerk=Ed25519PrivateKey.generate(),
                device_key=public_bytes(identity.key),
                running=running,
            )
    finally:
        runner.leave()
        await running
