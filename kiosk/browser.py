"""The browser, if the agent is to open it: kept running, with a profile in memory that goes with it."""

import asyncio
import logging
import shutil
import tempfile
from pathlib import Path

log = logging.getLogger(__name__)

AGAIN = 2.0  # seconds between two starts, so that a broken one does not eat the machine


class Browser:
    """One program showing one address."""

    def __init__(self, command: tuple[str, ...], folder: Path | None = None, again: float = AGAIN) -> None:
        self._command = command
        self._folder = folder
        self._again = again
        self._process: asyncio.subprocess.Process | None = None

    async def run(self, url: str) -> None:
        """Keep it running until cancelled; each start has a fresh profile, and none is left behind."""
        while True:
            profile = tempfile.mkdtemp(prefix="komado-page-", dir=self._folder)
            words = [word.replace("{url}", url).replace("{profile}", profile) for word in self._command]
            try:
                await self._once(words)
            finally:
                shutil.rmtree(profile, ignore_errors=True)
            await asyncio.sleep(self._again)

    def restart(self) -> None:
        """End it; it comes back with nothing of what it showed."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def _once(self, words: list[str]) -> None:
        nothing = asyncio.subprocess.DEVNULL
        try:
            process = await asyncio.create_subprocess_exec(
                *words, stdin=nothing, stdout=nothing, stderr=nothing
            )
        except OSError as error:
            log.error("browser: cannot be started (%s)", type(error).__name__)
            return
        self._process = process
        log.info("browser: started")
        try:
            code = await process.wait()
            log.warning("browser: ended with %d", code)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
            self._process = None
