"""The whole floor through the sockets of a real server: what a supervisor does, a call for help, and the hall's page."""

import asyncio
from pathlib import Path

import pytest

from server.protocol import messages as m
from tests.server.http.rig import Line, house

pytestmark = pytest.mark.slow


async def asked(console: Line) -> m.Emergency:
    """Return the call for help this console shows."""
    view = await console.shows(m.StaffView, lambda v: bool(v.emergencies))
    return view.emergencies[0]


async def test_a_call_for_help_is_on_every_desk_within_a_second_is_answered_and_ends(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        sato = await (await at.signed_in("sato")).console()
        suzuki = await (await at.signed_in("suzuki")).console()
        boss = await (await at.signed_in("boss", "supervisor")).open("/ws/floor")
        await boss.shows(m.FloorView)
        async with asyncio.timeout(1.0):  # the promise itself
            assert (await sato.ask(m.CallForHelp)).refused is None
            call = await asked(suzuki)
            await boss.shows(m.FloorView, lambda v: bool(v.emergencies))
        assert (call.name, call.role) == ("sato 恵", "asked")
        assert (await suzuki.ask(m.ComeToHelp, help=call.id)).refused is None
        await sato.shows(m.StaffView, lambda v: any(one.coming for one in v.emergencies))
        assert (await suzuki.ask(m.EndHelp, help=call.id)).refused == "not_yours"
        assert (await boss.ask(m.EndHelp, help=call.id)).refused is None
        await suzuki.shows(m.StaffView, lambda v: not v.emergencies)


async def test_a_closed_lane_and_an_announcement_reach_the_kiosk_and_the_hall(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        browser = await at.signed_in("boss", "supervisor")
        boss = await browser.open("/ws/floor")
        await boss.shows(m.FloorView, lambda v: bool(v.lanes))
        clerk = await (await at.signed_in("sato")).console()
        await clerk.ask(m.SetReady)
        kiosk = await (await at.kiosk()).connect()
        await kiosk.shows(m.KioskView, lambda v: v.open)
        assert (await boss.ask(m.CloseLane, lane="shimin", reason="system")).refused is None
        assert (await boss.ask(m.Announce, notice="soon")).refused is None
        view = await kiosk.shows(m.KioskView, lambda v: v.announcement is not None)
        assert (view.open, view.closed_reason, view.closed["talk"]) == (False, "today_system", "system")
        assert (await kiosk.ask(m.TakeTicket, purpose="talk")).refused == "closed"
        nobody = await at.browser()
        status, hall = await nobody.get("/open/wait.json")
        assert (status, hall["lanes"][0]["reason"], hall["announcement"]["notice"]) == (200, "system", "soon")
        assert "恵" not in str(hall)


async def test_the_floor_is_opened_by_supervisors_only_and_takes_no_calls(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        assert await (await (await at.signed_in("sato", "clerk")).open("/ws/floor")).ended() == "signed_out"
        admin = await (await at.signed_in("kanri", "administrator")).open("/ws/floor")
        await admin.shows(m.FloorView)
        assert (await admin.ask(m.SetReady)).refused == "not_yours"
        assert (await admin.ask(m.EndAnnouncement)).refused is None


async def test_the_public_page_says_the_waits_without_script_and_never_a_number_below_five(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as at:
        clerk = await (await at.signed_in("sato")).console()
        await clerk.ask(m.SetReady)
        await clerk.ask(m.Pause, reason="lunch")
        kiosk = await (await at.kiosk()).connect()
        await kiosk.shows(m.KioskView, lambda v: v.open)
        assert (await kiosk.ask(m.TakeTicket, purpose="talk")).refused is None
        nobody = await at.browser()
        at.server.clock.ahead += 3
        _, body = await nobody.get("/open/")
        page = body.decode()
        assert "<script" not in page
        assert "待っている人 <b>1〜4</b>人" in page
        _, hall = await nobody.get("/open/wait.json")
        assert hall["lanes"][0]["waiting"] is None
        _, table = await nobody.get("/open/wait.csv")
        assert ",1〜4," in table.decode("utf-8-sig")
