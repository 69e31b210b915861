"""Kiosks and clerks as sockets at a real server process, which may be killed and come back."""

import contextlib
import os
import ssl
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import aiohttp

from server.config import load_city
from server.http.auth import digest
from server.protocol.values import KioskId
from server.store.registry import Registry
from server.store.sqlite import Database
from tests import rig
from tests.server.http.rig import Browser, HandClock, Kiosk, Server


class Clerk(Browser):
    """Somebody signed in, and the id their deeds are kept under."""

    id = ""


class Town:
    """A city on this machine with enrolled kiosks and signed-in clerks; whoever measures starts its server."""

    def __init__(self, city: rig.City, session: aiohttp.ClientSession) -> None:
        self.city = city
        self.kiosks: list[Kiosk] = []
        self.clerks: list[Clerk] = []
        self._session = session

    async def furnish(self, kiosks: int, clerks: int) -> None:
        """Register everybody straight in the file: enrolment and passwords are not what is measured."""
        town = load_city(self.city.home / "city.toml")
        database = Database(self.city.database)
        registry = Registry(database, town.id)
        server = Server(self.city.folder, self.city.url, database, registry, HandClock())
        now = time.time()
        for number in range(kiosks):
            kiosk = Kiosk(server, self._session)
            kiosk.id = f"k-{number}"
            code = digest(f"code {number}")
            await registry.add_enrolment(code, town.sites[number % len(town.sites)].id, f"端末 {number}", now)
            key = kiosk.key.public_key().public_bytes_raw()
            await registry.enrol(code, KioskId(kiosk.id), key, kiosk.machine, now)
            self.kiosks.append(kiosk)
        for number in range(clerks):
            clerk = Clerk(server, self._session)
            clerk.id = await server.staff(f"clerk{number}")
            token = os.urandom(16).hex()
            await registry.open_session(digest(token), clerk.id, now)
            clerk.headers["Cookie"] = f"{'__Host-komado' if self.city.ca else 'komado'}={token}"
            self.clerks.append(clerk)
        await database.close()


@contextlib.asynccontextmanager
async def town(folder: Path, *, kiosks: int, clerks: int, tls: bool) -> AsyncGenerator[Town, None]:
    """Set a city up, and end its server and every socket after the block."""
    city = rig.City(folder, tls=tls)
    trust = ssl.create_default_context(cafile=str(city.ca)) if city.ca else True
    connector = aiohttp.TCPConnector(limit=0, ssl=trust)
    jar = aiohttp.DummyCookieJar()  # each clerk's cookie travels in their own headers
    try:
        async with aiohttp.ClientSession(connector=connector, cookie_jar=jar) as session:
            made = Town(city, session)
            await made.furnish(kiosks, clerks)
            yield made
    finally:
        city.server.stop()
