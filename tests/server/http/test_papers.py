"""Through real sockets: a paper that could not be printed is sent once, a result is put right, and the back office is told."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from server.core.checklist.receipt import Receipt
from server.protocol import messages as m
from server.protocol.values import MunicipalityId, SlipContent, TicketId
from server.store.cases import CaseStore
from tests.server.http.rig import HandClock, House, Line, eventually, house
from tests.server.http.test_cases import post, talking

pytestmark = pytest.mark.slow

DAY = 86_400.0
STREET = "まぼろし町一丁目2番3号"


def packages(folder: Path, kind: str) -> list[Path]:
    return sorted(one for one in (folder / "out").glob(f"{kind}-*"))


async def moving_in(home: House, kiosk: Line, console: Line) -> tuple[m.TicketForStaff, dict[str, Any]]:
    """Let somebody who moved in talk to a clerk; return their ticket, and what a command about it names."""
    await console.ask(m.SetReady)
    assert (await kiosk.ask(m.TakeTicket, purpose="tennyu")).refused is None
    ticket = await talking(home, kiosk, console)
    return ticket, {"ticket": ticket.id, "generation": ticket.generation}


async def test_a_paper_is_sent_by_mail_and_a_result_put_right_and_both_are_told_once(tmp_path: Path) -> None:
    async with house(tmp_path, extra='[export]\nfolder = "out"\n') as home:
        clerk, colleague = await home.signed_in("sato"), await home.signed_in("suzuki")
        kiosk, console = await (await home.kiosk()).connect(), await clerk.console()
        ticket, about = await moving_in(home, kiosk, console)
        dog = {"type": "chosen", "option": "yes", "origin": "said"}
        await post(clerk, "case/answer", ticket=ticket.id, fact="dog", answer=dog)
        await console.ask(m.PrintSlip, id="slip", content=SlipContent(note="控え"), **about)
        to = {"name": "高橋 花子", "postal": "123-4567", "address": STREET}
        status, body = await clerk.post("/api/case/mail", {**about, "id": "m0", "order": "slip", "to": to})
        assert (status, body["error"]) == (409, "not_mailed"), "it is still under way"
        await kiosk.ask(m.OrderSettled, order="slip", outcome="paper_out")
        for _ in range(2):
            mailed = {**about, "id": "m1", "order": "slip", "to": to}
            assert await post(clerk, "case/mail", **mailed) == {"told": True}

        async def sent(kind: str, count: int) -> bool:
            return len(packages(tmp_path, kind)) == count

        await eventually(lambda: sent("by_mail", 1))
        (package,) = packages(tmp_path, "by_mail")
        assert (package / "paper.png").read_bytes().startswith(b"\x89PNG")
        assert json.loads((package / "notice.json").read_text("utf-8"))["to"]["address"] == STREET
        # The 控え says so: what went by mail lies sealed here for a while.
        assert (
            await console.ask(m.PrintSheet, id="copy", paper="receipt", revision=1, **about)
        ).refused is None
        kept = await _kept_by(home, ticket.id, "copy")
        assert kept["waiting"] == 1
        await console.ask(m.EndCall, **about)
        await console.ask(m.FinishWrapup, result=(await _results(console))[0], **about)

        it = await post(clerk, "case/finished", ticket=ticket.id)
        assert it["mine"] is True
        line = it["items"][0]["id"]
        wish = {
            "ticket": ticket.id,
            "id": "c1",
            "result": (await _results(console))[1],
            "lines": {line: "done"},
        }
        status, body = await colleague.post("/api/case/correct", wish)
        assert (status, body["error"]) == (403, "not_your_visit")
        for _ in range(2):
            it = await post(clerk, "case/correct", **wish, note="電話で 確認")
        assert it["result"] == wish["result"]
        assert [one["after"] for one in it["corrections"]] == [wish["result"], "done"]
        assert it["notes"] == ["電話で 確認"]
        await eventually(lambda: sent("correction", 1))
        await post(clerk, "case/correct", ticket=ticket.id, id="c2", lines={line: "papers_missing"})
        await eventually(lambda: sent("correction", 2))
        ends = await home.server.case_ends()
        assert f"{ticket.id}.waiting" in ends
    for path in (tmp_path / "data").rglob("*"):
        assert not path.is_file() or STREET.encode() not in path.read_bytes(), path


async def test_yesterdays_visit_is_found_by_its_day_and_number_and_put_right_while_its_record_is_kept(
    tmp_path: Path,
) -> None:
    clock = HandClock()
    async with house(tmp_path, clock=clock) as home:
        clerk, colleague = await home.signed_in("sato"), await home.signed_in("suzuki")
        kiosk, console = await (await home.kiosk()).connect(), await clerk.console()
        ticket, about = await moving_in(home, kiosk, console)
        await console.ask(m.EndCall, **about)
        before, after = (await _results(console))[:2]
        await console.ask(m.FinishWrapup, result=before, **about)
        it = await post(clerk, "case/finished", ticket=ticket.id)

        clock.ahead += DAY
        # Somebody who sat there all night signs in again in the morning.
        for browser, account in ((clerk, "sato"), (colleague, "suzuki")):
            await browser.sign_in(account)
        status, today = await clerk.get("/api/case/history")
        assert (status, today["visits"]) == (200, [])
        asked = {"day": it["day"], "number": it["number"]}
        (visit,) = (await post(clerk, "case/earlier", **asked))["visits"]
        assert (visit["ticket"], visit["result"], visit["mine"]) == (ticket.id, before, True)
        assert (await post(clerk, "case/earlier", day=it["day"]))["visits"] == [visit]
        assert (await post(clerk, "case/earlier", day=it["day"], number=99))["visits"] == []
        (theirs,) = (await post(colleague, "case/earlier", **asked))["visits"]
        assert theirs["mine"] is False
        wish = {"ticket": ticket.id, "id": "c1", "result": after}
        status, body = await colleague.post("/api/case/correct", wish)
        assert (status, body["error"]) == (403, "not_your_visit")
        it = await post(clerk, "case/correct", **wish)
        assert [(one["before"], one["after"]) for one in it["corrections"]] == [(before, after)]
        assert (await post(clerk, "case/earlier", **asked))["visits"][0]["corrected"] is True

        clock.ahead += 30 * DAY
        await clerk.sign_in("sato")
        assert (await post(clerk, "case/earlier", **asked))["visits"] == []
        status, body = await clerk.post("/api/case/correct", {**wish, "id": "c2", "result": before})
        assert (status, body["error"]) == (403, "not_kept")


async def _results(console: Line) -> tuple[str, ...]:
    return next(one.wrapup_results for one in console.seen if isinstance(one, m.StaffWelcome))


async def _kept_by(home: House, ticket: TicketId, order: str) -> dict[str, int]:
    """Open what a 控え was ordered with; return how much of each kind it names."""
    key = (home.server.folder / "secrets" / "case.key").read_bytes()
    cases = CaseStore(home.server.database, MunicipalityId("mihon"), key)
    text = await cases.get(ticket, order)
    assert text is not None
    return {one.what: one.count for one in msgspec.json.decode(text, type=Receipt).kept}
