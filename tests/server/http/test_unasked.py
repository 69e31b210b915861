"""What the visit knows nobody asks: through real sockets, a card, a signed form and a result say so themselves."""

from pathlib import Path
from typing import Any

import pytest

from server.protocol import messages as m
from tests.server.http.rig import Browser, Line, house
from tests.server.http.test_cases import post, row
from tests.server.http.test_forms import CANARY, HANAKO, do, in_call, quotes
from tests.server.identity.cards import card, sign

pytestmark = pytest.mark.slow

ALONE = {
    "name": "見本 花子", "kana": "ﾐﾎﾝ ﾊﾅｺ", "birth": "S19.5.3", "sex": "female", "phone": "09012345678",
    "address": CANARY, "old_address": "大阪府堺市中区見本町１−２−３", "moved_on": "2026-11-01",
    "applicant_in": "yes", "head_is": "self",
}  # fmt: skip


async def _ask(console: Line, ticket: str, id: str, ask: str) -> int:
    view = await console.shows(m.StaffView, lambda view: view.mine is not None)
    assert view.mine is not None
    generation = view.mine.ticket.generation
    about: dict[str, Any] = {"ticket": ticket, "generation": generation, "ask": ask}
    assert (await console.ask(m.RequestCard, id, **about)).refused is None
    return generation


async def _sheet(console: Line, revision: int) -> None:
    """Wait until the clerk's console hears of this revision."""
    await console.shows(
        m.StaffView, lambda view: view.mine is not None and view.mine.ticket.sheet >= revision
    )


async def test_who_laid_a_card_down_is_not_asked_whether_there_is_one_and_the_clerk_may_overrule_it(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as home:
        clerk, kiosk, console, ticket = await in_call(home)
        generation = await _ask(console, ticket, "c1", "attributes")
        await quotes(kiosk, console, generation, HANAKO)  # nobody has said yet what the visit is about
        settled = await kiosk.ask(m.OrderSettled, order="c1", outcome="shared")
        assert settled.refused is None
        page = await post(clerk, "case/event", ticket=ticket, event="tennyu")
        assert [word["origin"] for word in row(page, "mnc")["words"]] == ["card"]
        assert (row(page, "mnc")["value"]["option"], row(page, "mnc")["difference"]) == ("yes", "none")

        no = {"type": "chosen", "option": "no", "origin": "said"}
        page = await post(clerk, "case/answer", ticket=ticket, fact="mnc", answer=no)
        await _ask(console, ticket, "c2", "attributes")
        await quotes(kiosk, console, generation, HANAKO)
        page = await post(clerk, "case/page", ticket=ticket)
        assert row(page, "mnc")["value"]["option"] == "no", "the same card is no newer word"


async def test_a_card_that_is_read_reaches_the_open_questionnaire_and_nothing_it_says_is_kept(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as home:
        clerk, kiosk, console, ticket = await in_call(home)
        page = await post(clerk, "case/event", ticket=ticket, event="tenkyo")
        generation = await _ask(console, ticket, "c1", "attributes")
        await quotes(kiosk, console, generation, HANAKO)
        await _sheet(console, page["page"]["revision"] + 1)
        page = await post(clerk, "case/page", ticket=ticket)
        assert row(page, "mnc")["value"] == {"type": "chosen", "option": "yes", "origin": "card"}
        assert not any(said in str(page) for said in (HANAKO.name, CANARY)), "only that there was one"


async def test_a_card_that_only_proves_itself_was_there_as_well(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        clerk, kiosk, console, ticket = await in_call(home)
        page = await post(clerk, "case/event", ticket=ticket, event="tenshutsu")
        await _ask(console, ticket, "i1", "identity")
        one = card("ordinary")
        assert (await kiosk.ask(m.PresentCertificate, order="i1", certificate=one.der)).refused is None
        asked = await kiosk.until(m.ToSign)
        signature = sign(one, asked.data)
        assert (await kiosk.ask(m.PresentSignature, order="i1", signature=signature)).refused is None
        await _sheet(console, page["page"]["revision"] + 1)
        page = await post(clerk, "case/page", ticket=ticket)
        assert row(page, "mnc")["value"]["origin"] == "card"


async def test_the_checklist_shows_how_far_the_form_of_a_line_is_and_what_it_lets_expect(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as home:
        clerk, _, _, ticket = await in_call(home)
        await post(clerk, "case/event", ticket=ticket, event="konin")
        await do(clerk, ticket, type="open", form="tennyu_todoke")
        assert await _served(clerk, ticket) == {}, "it is about no line of this event"
        await post(clerk, "case/event", ticket=ticket, event="tennyu")
        served = await _served(clerk, ticket)
        assert (served["tennyu_todoke"]["stage"], served["tennyu_todoke"]["proposes"]) == ("filling", None)
        for slot, raw in ALONE.items():
            await do(clerk, ticket, type="put", slot=slot, raw=raw, origin="said")
        await do(clerk, ticket, type="read_back", form="tennyu_todoke")
        await do(clerk, ticket, type="attested", form="tennyu_todoke", why="hands", note="")
        (one,) = (await _served(clerk, ticket)).values()
        assert (one["stage"], one["proposes"]) == ("signed", "come_in"), "prepared here, handed in there"


async def _served(clerk: Browser, ticket: str) -> Any:
    page = await post(clerk, "case/page", ticket=ticket)
    assert page["page"]["outcomes"] == {}, "nothing is settled by itself"
    return page["served"]


async def test_a_notification_that_is_done_gives_its_day_and_taken_back_it_takes_it_along(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as home:
        clerk, _, console, ticket = await in_call(home)
        page = await post(clerk, "case/event", ticket=ticket, event="tennyu")
        line = {"ticket": ticket, "line": "tennyu_todoke"}
        page = await post(clerk, "case/outcome", **line, result="done")
        today = page["page"]["sheet"]["today"]
        assert row(page, "tennyu_filed_on")["value"] == {"type": "dated", "day": today, "origin": "said"}
        lines = {one["id"]: one for one in page["page"]["sheet"]["lines"]}
        assert lines["mnc_keizoku"]["due"]["day"] is not None, "90 days from it"
        await _sheet(console, page["page"]["revision"])
        page = await post(clerk, "case/outcome", **line, result=None)
        assert row(page, "tennyu_filed_on")["value"] is None
        assert page["page"]["outcomes"] == {}
