"""The demo's kiosk: the real agent on simulated devices, and the other side of those devices for the demo page."""

import argparse
import asyncio
import logging
import signal
import sys
from pathlib import Path

from aiohttp import web

from hardware.card import virtual
from hardware.card.vpcd import VpcdSlot
from hardware.control import Control
from hardware.open import open_devices
from kiosk import agent, logs
from kiosk.config import Place, load
from kiosk.identity import Identity
from kiosk.identity import load as load_identity
from kiosk.lives import run_lives

log = logging.getLogger("demo.kiosk")


class VpcdPlace:
    """A reader of the real PC/SC service, to put virtual cards in."""

    def __init__(self) -> None:
        self._slot = VpcdSlot(contactless=True)
        self._cards: dict[str, virtual.VirtualCard] = {}

    async def insert(self, persona: str) -> None:
        """Put this person's card in; the same card again, not a fresh one."""
        if persona not in self._cards:
            self._cards[persona] = virtual.load(persona)
        await self._slot.insert(self._cards[persona])

    async def pull(self) -> None:
        """Take it out."""
        await self._slot.pull()


def main() -> int:
    """Run until stopped; one process per visit, as on a real kiosk."""
    parser = argparse.ArgumentParser(prog="python -m deploy.demo.kiosk", description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--token", required=True, help="token of the page and of the control")
    parser.add_argument("--control-port", type=int, required=True)
    options = parser.parse_args()
    place = load(options.config)
    identity = load_identity(place.data)
    return run_lives(lambda: asyncio.run(_live(place, identity, options.token, options.control_port)))


async def _live(place: Place, identity: Identity, token: str, control_port: int) -> int:
    logs.set_up(place.data / agent.LOGS, place.config.log_level)
    devices = open_devices(place.config.devices)
    control = Control(
        devices,
        token=token,
        desk=place.data / "desk",
        card_place=VpcdPlace() if place.config.devices.card.driver == "pcsc" else None,
    )
    runner = agent.build(place, identity, token=token, devices=devices, may_end=True)
    serving = web.AppRunner(control.app, access_log=None, shutdown_timeout=0.5)
    await serving.setup()
    await web.TCPSite(serving, "127.0.0.1", control_port, reuse_address=True).start()
    await control.restore()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, runner.leave, 0)
    try:
        return await runner.run(lambda url: agent.write_url(place, url))
    finally:
        control.keep()
        await serving.cleanup()


if __name__ == "__main__":
    sys.exit(main())
