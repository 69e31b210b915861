"""Residents and clerks who want things all the time, each at its own socket, and remember what was not answered."""

import asyncio
import itertools
import random
from collections.abc import Callable
from typing import Any

import aiohttp
from msgspec.structs import replace

from server.protocol import messages as m
from tests.bench.history import History
from tests.bench.peers import Clerk, Town
from tests.server.http.rig import Closed, Kiosk, Line

_ids = (f"w{number}" for number in itertools.count())


async def work(town: Town, history: History, chance: random.Random) -> None:
    """Let everybody work until the server is gone."""
    async with asyncio.TaskGroup() as people:
        for kiosk in town.kiosks:
            people.create_task(_resident(kiosk, history), name=kiosk.id)
        for clerk in town.clerks:
            people.create_task(_clerk(clerk, history, chance), name=clerk.id)


async def _resident(kiosk: Kiosk, history: History) -> None:
    actor = f"kiosk:{kiosk.id}"

    def wish(view: m.KioskView) -> m.Command | None:
        ticket = view.ticket
        if ticket is not None:
            history.shown[ticket.id] = kiosk.id
        match None if ticket is None else ticket.state:
            case None | "done" | "abandoned" | "no_show" | "expired" | "cancelled" | "wrapup":
                return m.TakeTicket(id=next(_ids), purpose="talk") if view.open else None
            case "connecting":
                assert ticket is not None
                return m.MediaIsUp(id=next(_ids), ticket=ticket.id, generation=ticket.generation)
            case _:
                return None

    own = [ticket for ticket, place in history.shown.items() if place == kiosk.id]
    try:
        line = await kiosk.connect(ticket=own[-1] if own else None)
        await _live(line, history, actor, m.KioskView, wish)
    except (Closed, aiohttp.ClientError, OSError):
        pass  # killed


async def _clerk(clerk: Clerk, history: History, chance: random.Random) -> None:
    actor = f"staff:{clerk.id}"

    def wish(view: m.StaffView) -> m.Command | None:
        mine = view.mine
        if view.state in ("away", "paused"):
            return m.SetReady(id=next(_ids))
        if view.state in ("ready", "offered") and view.queue and chance.random() < 0.3:
            other = chance.choice(
                view.queue
            )  # several reach for the same one, or for what rings at a colleague
            return m.Accept(id=next(_ids), ticket=other.id, generation=other.generation)
        if mine is None:
            return None
        call: dict[str, Any] = {"ticket": mine.ticket.id, "generation": mine.ticket.generation}
        match mine.ticket.state:
            case "offered":
                return m.Accept(id=next(_ids), **call)
            case "serving":
                return m.EndCall(id=next(_ids), **call)
            case "wrapup":
                return m.FinishWrapup(id=next(_ids), **call, result="done")
            case _:
                return None

    try:
        await _live(await clerk.console(), history, actor, m.StaffView, wish)
    except (Closed, aiohttp.ClientError, OSError):
        pass  # killed


async def _live(
    line: Line, history: History, actor: str, kind: type[Any], wish: Callable[[Any], m.Command | None]
) -> None:
    """Ask again for what was not answered, then for what each view suggests, one thing at a time."""
    pending = next((one for one in reversed(history.asked) if one.actor == actor and not one.answered), None)
    refused: m.Command | None = None
    view: Any = None
    if pending is not None:
        history.repeated += 1
        await line.say(pending.command)
    while True:
        message = await line.next(within=120)
        if isinstance(message, kind):
            view, refused = message, None
        elif isinstance(message, m.Reply) and pending is not None and message.id == pending.command.id:
            history.answer(pending, message)
            refused = pending.command if message.refused is not None else None
            pending = None
        line.seen.clear()
        if pending is not None or view is None or (command := wish(view)) is None:
            continue
        if refused is not None and replace(command, id=refused.id) == refused:
            continue  # not the same again before there is something new to see
        pending = history.ask(actor, command)
        await line.say(command)
