"""Through real sockets: a paper that could not be printed is sent once, a result is put right, and the back office is told."""

import json
from pathlib import Path

import msgspec
import pytest

from server.core.checklist.receipt import Receipt
from server.protocol import messages as m
from server.protocol.values import MunicipalityId, SlipContent, TicketId
from server.store.cases import CaseStore
from tests.server.http.rig import House, Line, eventually, house
from tests.server.http.test_cases import post, talking

pytestmark = pytest.mark.slow

STREET = "まぼろし町一丁目2番3号"


def packages(folder: Path, kind: str) -> list[Path]:
    return sorted(one for one in (folder / "out").glob(f"{kind}-*"))


async def test_a_paper_is_sent_by_mail_and_a_result_put_right_and_both_are_told_once(tmp_path: Path) -> None:
    async with house(tmp_path, extra='[export]\nfolder = "out"\n') as home:
        clerk, colleague = await home.signed_in("sato"), await home.signed_in("suzuki")
        kiosk = await (await home.kiosk()).connect()
        console = await clerk.console()
        await console.ask(m.SetReady)
        assert (await kiosk.ask(m.TakeTicket, purpose="tennyu")).refused is None
        ticket = await talking(home, kiosk, console)
        about = {"ticket": ticket.id, "generation": ticket.generation}
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
        line = it["items"][0]["id"]  # pyright: ignore
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
        assert [one["after"] for one in it["corrections"]] == [wish["result"], "done"]  # pyright: ignore
        assert it["notes"] == ["電話で 確認"]
        await eventually(lambda: sent("correction", 1))
        await post(clerk, "case/correct", ticket=ticket.id, id="c2", lines={line: "papers_missing"})
        await eventually(lambda: sent("correction", 2))
        ends = await home.server.case_ends()
        assert f"{ticket.id}.waiting" in ends
    for path in (tmp_path / "data").rglob("*"):
        assert not path.is_file() or STREET.encode() not in path.read_bytes(), path


async def _results(console: Line) -> tuple[str, ...]:
    return next(one.wrapup_results for one in console.seen if isinstance(one, m.StaffWelcome))


async def _kept_by(home: House, ticket: TicketId, order: str) -> dict[str, int]:
    """Open what a 控え was ordered with; return how much of each kind it names."""
    key = (home.server.folder / "secrets" / "case.key").read_bytes()
    cases = CaseStore(home.server.database, MunicipalityId("mihon"), key)
    text = await cases.get(ticket, order)
    assert text is not None
    return {one.what: one.count for one in msgspec.json.decode(text, type=Receipt).kept}
