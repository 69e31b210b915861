"""Through real sockets: whoever is handed on keeps number, words and place, and comes back when nobody is there."""

from pathlib import Path
from typing import Any

import pytest

from server import admin
from server.protocol import messages as m
from tests.server.http.rig import CITY, PASSWORD, Browser, House, Line, house

pytestmark = pytest.mark.slow

CANARY = "口座は お嫁さんの 名義"
LANES = (
    CITY.replace(
        'id = "shimin"\npurposes = ["talk", "tennyu", "nenkin"]',
        'id = "shimin"\nname = "総合窓口"\npurposes = ["talk", "tennyu"]\ncounters = ["madoguchi"]\n'
        'rings = [{ any_of = ["department:市民課"] }]',
    )
    + """
[[lanes]]
id = "nenkin"
name = "国保年金課"
purposes = ["nenkin"]
counters = ["kokuho", "nenkin"]
rings = [{ any_of = ["department:国保年金課"] }]
"""
)


class Desks:
    """A resident in conversation with 佐藤 of the first lane, and 鈴木 at the other."""

    def __init__(self, at: House, sato: Browser, suzuki: Browser, one: Line, two: Line, kiosk: Line) -> None:
        self.at, self.sato, self.suzuki = at, sato, suzuki
        self.one, self.two, self.kiosk = one, two, kiosk
        self.ticket = ""

    async def talks(self, console: Line, *, accept: bool = True) -> m.MyTicket:
        """Let a clerk answer what rings there; return their ticket while both talk."""
        if accept:
            rings = await console.shows(m.StaffView, lambda view: view.state == "offered")
            assert rings.mine is not None
            ticket = rings.mine.ticket
            taken = await console.ask(m.Accept, ticket=ticket.id, generation=ticket.generation)
            assert taken.refused is None
            self.ticket = ticket.id
            up = await self.kiosk.ask(m.MediaIsUp, ticket=ticket.id, generation=ticket.generation)
            assert up.refused is None
        view = await console.shows(
            m.StaffView, lambda view: view.mine is not None and view.mine.ticket.state == "serving"
        )
        assert view.mine is not None
        return view.mine

    async def gives(self, mine: m.MyTicket, **to: str) -> m.Reply:
        """Hand the resident on, coldly."""
        return await self.one.ask(
            m.Transfer, ticket=self.ticket, generation=mine.ticket.generation, mode="cold", **to
        )

    async def resident_sees(self, state: str) -> m.TicketForKiosk:
        view = await self.kiosk.shows(m.KioskView, lambda v: v.ticket is not None and v.ticket.state == state)
        assert view.ticket is not None
        return view.ticket


def everything(folder: Path) -> list[bytes]:
    """Return what the server has written."""
    return [one.read_bytes() for one in folder.rglob("*") if one.is_file()]


async def desks(at: House) -> Desks:
    """Open both desks and bring the resident to the first."""
    sato = await at.signed_in("sato")
    await admin.add(
        at.server.registry,
        account="suzuki",
        name="suzuki 一郎",
        department="国保年金課",
        roles=("clerk",),
        password=PASSWORD,
    )
    suzuki = await at.browser()
    assert (await suzuki.sign_in("suzuki", PASSWORD))[0] == 200
    one, two = await sato.console(session_key=b"a" * 32), await suzuki.console(session_key=b"b" * 32)
    kiosk = await (await at.kiosk()).connect()
    made = Desks(at, sato, suzuki, one, two, kiosk)
    assert (await one.ask(m.SetReady)).refused is None
    assert (await kiosk.ask(m.TakeTicket, purpose="tennyu")).refused is None
    return made


async def test_the_next_desk_reads_the_note_and_nobody_else_could(tmp_path: Path) -> None:
    async with house(tmp_path, city=LANES) as at:
        here = await desks(at)
        mine = await here.talks(here.one)
        away = next(one for one in mine.destinations if not one.here)
        assert (away.lane, away.name, away.free, away.wait_minutes) == ("nenkin", "国保年金課", 0, None)
        assert (await here.two.ask(m.SetReady)).refused is None
        mine = (
            await here.one.shows(
                m.StaffView, lambda v: v.mine is not None and any(d.free for d in v.mine.destinations)
            )
        ).mine
        assert mine is not None
        status, _ = await here.sato.post(
            "/api/case/note", {"ticket": here.ticket, "id": "note.1", "text": CANARY}
        )
        assert status == 200
        early = await here.suzuki.post("/api/case/page", {"ticket": here.ticket})
        assert early[0] == 409  # nothing of a case before it is theirs
        assert (await here.gives(mine, lane="nenkin", note="note.1")).refused is None
        shown = await here.resident_sees("offered")
        assert (shown.next_department, shown.handed, shown.number) == ("国保年金課", True, 1)
        free = await here.one.shows(m.StaffView, lambda view: view.mine is None)
        assert free.state == "ready"
        rings = await here.two.shows(m.StaffView, lambda view: view.state == "offered")
        assert rings.mine is not None
        assert (rings.mine.ticket.handed_from, rings.mine.ticket.note) == ("市民課のsato 恵", "note.1")
        theirs = await here.talks(here.two)
        # Still there once they talk: a reload of the page loses nothing.
        assert (theirs.ticket.handed_from, theirs.ticket.note) == ("市民課のsato 恵", "note.1")
        _, page = await here.suzuki.post("/api/case/page", {"ticket": here.ticket})
        assert [(note["id"], note["text"]) for note in page["notes"]] == [("note.1", CANARY)]
        assert (await here.sato.post("/api/case/page", {"ticket": here.ticket}))[0] == 409
        assert not any(CANARY.encode() in one for one in everything(tmp_path))  # it lies there sealed


async def test_a_transfer_that_is_declined_rings_at_its_sender_again(tmp_path: Path) -> None:
    async with house(tmp_path, city=LANES) as at:
        here = await desks(at)
        assert (await here.two.ask(m.SetReady)).refused is None
        mine = await here.talks(here.one)
        suzuki = next(one for d in mine.destinations for one in d.staff if not d.here)
        assert (await here.gives(mine, staff=suzuki)).refused is None
        rings = await here.two.shows(m.StaffView, lambda view: view.state == "offered")
        assert rings.mine is not None
        ticket = rings.mine.ticket
        no = await here.two.ask(m.Decline, ticket=ticket.id, generation=ticket.generation, reason="busy")
        assert no.refused is None
        back = await here.one.shows(m.StaffView, lambda view: view.state == "offered")
        assert back.mine is not None
        assert (back.mine.ticket.returned, back.mine.ticket.handed_from) == ("not_taken", "")
        sees = await here.kiosk.shows(
            m.KioskView, lambda v: v.ticket is not None and v.ticket.returned == "not_taken"
        )
        assert sees.ticket is not None
        assert (sees.ticket.handed, sees.ticket.next_department) == (False, "")
        again = await here.talks(here.one)
        assert again.ticket.generation > mine.ticket.generation


async def test_a_transfer_nobody_takes_comes_back_by_itself(tmp_path: Path) -> None:
    async with house(tmp_path, city=LANES) as at:
        here = await desks(at)
        mine = await here.talks(here.one)
        assert (await here.gives(mine, lane="nenkin")).refused is None
        assert (await here.resident_sees("waiting")).next_department == "国保年金課"
        at.server.clock.ahead += 121.0
        back = await here.one.shows(m.StaffView, lambda view: view.state == "offered")
        assert back.mine is not None
        assert back.mine.ticket.returned == "not_taken"


async def test_the_next_desk_is_told_that_somebody_comes_and_the_plan_goes_on_there(tmp_path: Path) -> None:
    async with house(tmp_path, city=LANES) as at:
        here = await desks(at)
        assert (await here.two.ask(m.SetReady)).refused is None
        mine = await here.talks(here.one)
        told: dict[str, object] = {
            "shakai_hoken": {"type": "chosen", "option": "no", "origin": "said"},
            "persons": {"type": "people", "births": ["1990-01-01"], "origin": "said"},
        }
        for fact, answer in told.items():
            body = {"ticket": here.ticket, "fact": fact, "answer": answer}
            assert (await here.sato.post("/api/case/answer", body))[0] == 200
        view = await here.one.shows(m.StaffView, lambda v: v.mine is not None and bool(v.mine.suggested))
        assert view.mine is not None
        assert [(desk.lane, desk.name) for desk in view.mine.suggested] == [("nenkin", "国保年金課")]
        about: dict[str, Any] = {"ticket": here.ticket, "generation": mine.ticket.generation}
        assert (await here.one.ask(m.SetPlan, **about, lanes=("nenkin",))).refused is None
        assert (await here.one.ask(m.WarnNext, **about, minutes=5)).refused is None
        next_desk = await here.two.shows(m.StaffView, lambda v: bool(v.coming))
        assert [(one.number, one.minutes, one.department) for one in next_desk.coming] == [(1, 5, "総合窓口")]
        assert (await here.gives(mine, lane="nenkin")).refused is None
        theirs = await here.talks(here.two)
        assert theirs.plan == ()
        assert (await here.two.shows(m.StaffView, lambda v: not v.coming)).coming == ()
