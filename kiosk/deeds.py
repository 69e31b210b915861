"""The deeds that take time: printing, looking up, restarting, sending logs, wiping. Each ends in exactly one event."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

import msgspec

from hardware.errors import PrinterMissing
from hardware.ports import Printer
from kiosk import logs
from kiosk.browser import Browser
from kiosk.display import SILENT_FOR, DisplayServer
from kiosk.flow.events import DeedEnded, Event, PrintEnded, Wiped
from kiosk.ledger import Ledger
from kiosk.link import Link
from kiosk.lives import FRESH, RESTART
from kiosk.papers import PaperTray
from server.protocol.values import PrintOutcome

log = logging.getLogger(__name__)

RELOAD_WITHIN = 6.0
GOODBYE_WITHIN = 2.0  # seconds for the last commands to be answered before the process ends


class Deeds:
    """What the flow orders and the runner need not wait for."""

    def __init__(
        self,
        *,
        printer: Printer | None,
        tray: PaperTray,
        ledger: Ledger,
        link: Link,
        display: DisplayServer,
        browser: Browser | None,
        log_folder: Path,
        keep_goodbye: Callable[[int | None], None] | None,
        post: Callable[[Event], None],
        leave: Callable[[int], None],
    ) -> None:
        self._printer = printer
        self._tray = tray
        self._ledger = ledger
        self._link = link
        self._display = display
        self._browser = browser
        self._log_folder = log_folder
        self._keep_goodbye = keep_goodbye
        self._post = post
        self._leave = leave

    async def print(self, order: str) -> None:
        """Print once: what the ledger knows is answered, and what a crash interrupted is "unknown"."""
        paper = self._tray.take(order)
        known = await self._ledger.begin(order)
        if known is not None:
            self._post(PrintEnded(order, _outcome(known)))
            return
        outcome: PrintOutcome = "offline"
        if paper is None:
            outcome = "failed"
        elif self._printer is not None:
            try:
                outcome = await self._printer.print(paper)
            except PrinterMissing:
                outcome = "offline"
        log.info("order %s: %s", order, outcome)
        await self._ledger.finish(order, outcome)
        self._post(PrintEnded(order, outcome))

    async def look_up(self, order: str) -> None:
        """Answer for a paper that nobody is here to take: from the ledger, or that it was not printed."""
        self._tray.take(order)
        known = await self._ledger.outcome(order)
        self._post(PrintEnded(order, "failed" if known is None else _outcome(known)))

    async def restart(self, order: str) -> None:
        """End the process for systemd to start it anew; the second time we see the order, that has happened."""
        if await self._ledger.begin(order) is None:
            log.info("order %s: restarting", order)
            self._leave(RESTART)
            return
        await self._ledger.finish(order, "done")
        self._post(DeedEnded(order, "done"))

    async def send_logs(self, order: str) -> None:
        """Send the log bundle, part after part."""
        data = await asyncio.to_thread(logs.bundle, self._log_folder)
        for part in logs.parts(order, data):
            self._link.say(part)
        self._post(DeedEnded(order, "done"))

    async def wipe(self) -> None:
        """Replace the page; if it does not come back, the browser."""
        if not await self._display.reload(RELOAD_WITHIN) and self._browser is not None:
            self._browser.restart()
        self._post(Wiped())

    async def revive(self, browser: Browser) -> None:
        """Give a page that went the time to come back by itself; then begin with a new browser."""
        if not await self._display.came(SILENT_FOR):
            browser.restart()

    async def be_fresh(self, number: int | None) -> None:
        """End the process, once the server has answered; the next one shows 「消しました」."""
        if self._keep_goodbye is None:
            return  # an embedding program (the rig, the demo) holds more than this kiosk
        try:
            async with asyncio.timeout(GOODBYE_WITHIN):
                await self._link.settled()
        except TimeoutError:
            log.info("the last commands were not answered; the server will ask")
        self._keep_goodbye(number)
        self._leave(FRESH)


def _outcome(known: str) -> PrintOutcome:
    try:
        return msgspec.convert(known, PrintOutcome)
    except msgspec.ValidationError:
        return "unknown"
