"""A printer on the network of this machine, in a thread of its own: the agent's process can come and go."""

import asyncio
import threading

from hardware.printer.simulated import SimulatedPrinter


class DeskPrinter:
    """A `SimulatedPrinter` behind a port of loopback."""

    def __init__(self) -> None:
        self.printer = SimulatedPrinter()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="printer", daemon=True)
        self._thread.start()
        server = asyncio.run_coroutine_threadsafe(self.printer.serve(), self._loop).result(10)
        self.port = int(server.sockets[0].getsockname()[1])
        self._server = server

    def close(self) -> None:
        """Take it away, with every line that is still open to it."""
        asyncio.run_coroutine_threadsafe(self._unplug(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _unplug(self) -> None:
        self._server.close()
        lines = asyncio.all_tasks() - {asyncio.current_task()}
        for line in lines:
            line.cancel()
        await asyncio.gather(*lines, return_exceptions=True)
        await asyncio.sleep(0)  # the transports close in the loop's next round
