"""Reads `city.toml` again while the server runs (SIGHUP): all of it or nothing, and nobody who waits loses anything."""

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from server import config
from server.core.board import Board
from server.core.city import City
from server.core.states import Over
from server.hub import Hub
from server.protocol.values import IceServer, LaneId

log = logging.getLogger(__name__)

TEXTS = {
    "other_city": "{file}: id: 動いている間は 変えられません。いったん 止めてから 変えてください",
    "people": "{file}: lanes: 「{lane}」は 消せません。いま {count}人が います。受付を 閉じて、いなくなってから 消してください",
    "kiosks": "{file}: sites: 「{site}」は 消せません。端末が {count}台 登録されています",
}


class Unchanged(Exception):
    """The new file is fine by itself and cannot be taken over now: one sentence says why."""


async def read_again(hub: Hub, file: Path, ice_servers: tuple[IceServer, ...]) -> None:
    """Decide by the file as it is now. Raises ConfigError or Unchanged; then nothing has changed."""
    read = await asyncio.to_thread(config.load_city, file, ice_servers)
    old = hub.city
    for sentence in reasons_against(hub.board(), old, read, file):
        raise Unchanged(sentence)
    await hub.change_city(replace(read, staff=old.staff, kiosks=old.kiosks, salt=old.salt))


def reasons_against(board: Board, old: City, new: City, file: Path) -> Iterator[str]:
    """Yield why this city cannot take the place of the one people stand in."""
    if new.id != old.id:
        yield TEXTS["other_city"].format(file=file)
    kept = {lane.id for lane in new.lanes}
    for lane in old.lanes:
        if lane.id not in kept and (count := _people_of(board, lane.id)):
            yield TEXTS["people"].format(file=file, lane=lane.name or lane.id, count=count)
    sites = {site.id for site in new.sites}
    for site in old.sites:
        count = sum(one.site == site.id and not one.revoked for one in old.kiosks.values())
        if site.id not in sites and count:
            yield TEXTS["kiosks"].format(file=file, site=site.name, count=count)


def _people_of(board: Board, lane: LaneId) -> int:
    """Count who stands in a lane, comes to it, may be sent back to it, or has a code for it."""
    here = sum(
        lane in (one.lane, *one.plan, *(party.lane for party in one.parties))
        or (one.handed is not None and one.handed.lane == lane)
        for one in board.tickets.values()
        if not isinstance(one.state, Over)
    )
    return here + sum(claim.lane == lane for claim in board.claims.values())


async def reread_for_ever(
    wanted: asyncio.Event, hub: Hub, file: Path, ice_servers: tuple[IceServer, ...]
) -> None:
    """Run for ever: read the file again each time that is wanted, and say what came of it."""
    while True:
        await wanted.wait()
        wanted.clear()
        try:
            await read_again(hub, file, ice_servers)
        except (config.ConfigError, Unchanged) as error:
            log.error("city.toml was read again and nothing has changed: %s", error)
        else:
            log.info("city.toml was read again: %d lanes, %d sites", len(hub.city.lanes), len(hub.city.sites))
