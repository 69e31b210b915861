"""Closing time through the sockets of a real server: the code that keeps a place, and the way back with it."""

from datetime import datetime
from pathlib import Path

import pytest

from server.core.hours import JAPAN
from server.protocol import messages as m
from tests.server.http.rig import CITY, HandClock, house

pytestmark = pytest.mark.slow

CARRIES_OVER = (
    CITY.replace("[[lanes]]\n", '[[lanes]]\nat_close = "carry_over"\nminutes_per_visit = 1\n')
    + """
[hours]
thu = ["09:00-17:00"]
fri = ["09:00-17:00"]
"""
)


def at(clock: HandClock, day: int, hour: int, minute: int) -> None:
    """Move the hand to a time of December 2026; the 10th is a Thursday."""
    clock.ahead += datetime(2026, 12, day, hour, minute, tzinfo=JAPAN).timestamp() - clock.wall()


async def test_whoever_waits_at_closing_goes_home_with_a_code_and_is_first_the_next_day(
    tmp_path: Path,
) -> None:
    clock = HandClock()
    at(clock, 10, 16, 50)
    async with house(tmp_path, city=CARRIES_OVER, clock=clock) as town:
        clerk = await town.signed_in("sato")
        console = await clerk.console(session_key=b"k" * 32)
        assert (await console.ask(m.SetReady)).refused is None
        first, second, third = [await (await town.kiosk(f"北{n}")).connect() for n in range(3)]
        assert (await first.ask(m.TakeTicket, purpose="talk")).refused is None
        offer = await console.shows(m.StaffView, lambda view: view.mine is not None)
        assert offer.mine is not None
        talking = {"ticket": offer.mine.ticket.id, "generation": offer.mine.ticket.generation}
        assert (await console.ask(m.Accept, **talking)).refused is None
        assert (await first.ask(m.MediaIsUp, **talking)).refused is None
        assert (await second.ask(m.TakeTicket, purpose="talk")).refused is None

        at(clock, 10, 17, 1)
        closed = await second.shows(m.KioskView, lambda view: view.postponed is not None)
        assert closed.postponed is not None
        assert (closed.postponed.how, closed.postponed.number) == ("carry_over", 2)
        assert (closed.ticket, closed.closed_reason) == (None, "hours")
        assert closed.postponed.opens_at == closed.opens_at == "12月11日(金) 午前9時"
        second = await town.kiosks[1].connect()  # a new start knows nothing of the visit
        again = await second.shows(m.KioskView)
        assert again.postponed == closed.postponed
        assert again.on_screen is not None
        assert (again.on_screen.number, again.on_screen.left) == (2, 300.0)
        assert (await second.ask(m.PutAway, ticket=closed.postponed.ticket)).refused is None
        second = await town.kiosks[1].connect()
        assert (await second.shows(m.KioskView)).on_screen is None, "its resident has put it away"
        assert (await third.ask(m.TakeTicket, purpose="talk")).refused == "closed"
        assert (await console.ask(m.EndCall, **talking)).refused is None, "who talks, talks to the end"
        assert (await console.ask(m.FinishWrapup, result="done", **talking)).refused is None

        at(clock, 11, 9, 5)
        assert (await clerk.sign_in("sato"))[0] == 200
        console = await clerk.console(session_key=b"k" * 32)
        assert (await console.ask(m.SetReady)).refused is None
        first, second, third = [await one.connect() for one in town.kiosks]
        assert (await first.ask(m.TakeTicket, purpose="talk")).refused is None
        await console.shows(m.StaffView, lambda view: view.mine is not None)
        assert (await second.ask(m.TakeTicket, purpose="talk")).refused is None
        code = closed.postponed.code
        other = "000000" if code != "000000" else "111111"
        assert (await third.ask(m.CheckIn, code=other)).refused == "unknown"
        assert (await third.ask(m.CheckIn, code=code)).refused is None
        back = await third.shows(m.KioskView, lambda view: view.ticket is not None)
        assert back.ticket is not None
        assert back.ticket.ahead == 0
        later = await second.until(
            m.KioskView, lambda view: view.ticket is not None and view.ticket.ahead == 1
        )
        assert later.ticket is not None
        assert later.ticket.moved == "carried_over"
