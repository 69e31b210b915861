"""Casework through real sockets: answers are sealed, reach the clerk, leave no trace elsewhere, and end with their key."""

import asyncio
import logging
import re
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest

from server.protocol import messages as m
from server.protocol.values import Chosen, Dated, PrintOrder, QuestionForKiosk
from tests.server.http.rig import Browser, House, Line, eventually, house

pytestmark = pytest.mark.slow

DOG = Chosen(option="yes", origin="touched")
CANARY = "ピンクの冷蔵庫のメモ"


async def ring(home: House, line: Line) -> m.Questions:
    """Take a ticket about moving in and return what is asked meanwhile."""
    reply = await line.ask(m.TakeTicket, purpose="tennyu")
    assert reply.refused is None
    return await line.until(m.Questions)


async def talking(home: House, kiosk: Line, console: Line) -> m.TicketForStaff:
    """Bring both into a call."""
    view = await console.shows(m.StaffView, lambda view: view.mine is not None)
    assert view.mine is not None
    ticket = view.mine.ticket
    assert (await console.ask(m.Accept, ticket=ticket.id, generation=ticket.generation)).refused is None
    reply = await kiosk.ask(m.MediaIsUp, ticket=ticket.id, generation=ticket.generation)
    assert reply.refused is None
    view = await console.shows(
        m.StaffView, lambda view: view.mine is not None and view.mine.ticket.state == "serving"
    )
    assert view.mine is not None
    return view.mine.ticket


async def answer(line: Line, questions: m.Questions, question: str, value: Chosen | Dated) -> m.Reply:
    return await line.ask(m.AnswerQuestion, ticket=questions.ticket, question=question, answer=value)


def asked(questions: m.Questions, name: str) -> QuestionForKiosk:
    return next(question for question in questions.questions if question.id == name)


async def post(browser: Browser, path: str, **body: object) -> dict[str, Any]:
    status, content = await browser.post(f"/api/{path}", body)
    assert status == 200, content
    return content


def row(page: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in page["page"]["rows"] if one["id"] == name)


async def test_what_was_answered_while_waiting_is_before_the_clerk_who_finishes_it(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        clerk = await home.signed_in("sato")
        kiosk = await (await home.kiosk()).connect()
        console = await clerk.console()
        questions = await ring(home, kiosk)
        assert [question.id for question in questions.questions][:2] == ["moved_on", "planned_out"]
        assert len(questions.questions) <= 8
        assert not {"single_parent", "ninshin", "seiho"} & {one.id for one in questions.questions}
        day = Dated(day=msgspec.convert("2026-11-10", Dated.__annotations__["day"]), origin="said")
        assert (await answer(kiosk, questions, "moved_on", day)).refused is None
        newer = kiosk.seen[-2]  # told before the reply
        assert isinstance(newer, m.Questions)
        told = asked(newer, "moved_on").answer
        assert told is not None
        assert told.origin == "touched"  # whatever the kiosk claims
        await console.ask(m.SetReady)
        ticket = await talking(home, kiosk, console)
        assert ticket.sheet == 1
        page = await post(clerk, "case/page", ticket=ticket.id)
        assert row(page, "moved_on")["words"][0]["origin"] == "touched"
        # An answer still on its way when the clerk answered counts.
        assert (
            await answer(kiosk, questions, "from_abroad", Chosen(option="no", origin="touched"))
        ).refused is None
        page = await post(
            clerk,
            "case/answer",
            ticket=ticket.id,
            fact="persons",
            answer={"type": "people", "births": ["1990-01-01", "2018-05-05"], "origin": "said"},
        )
        lines = {line["id"]: line for line in page["page"]["sheet"]["lines"]}
        assert (
            lines["tennyu_todoke"]["due"]["day"] == "2026-11-24"
        )  # 14 days after the 10th, counted from the next
        assert lines["tenko"]["state"] == "needed"
        # Somebody else's word stays visible beside a differing one.
        page = await post(
            clerk,
            "case/answer",
            ticket=ticket.id,
            fact="from_abroad",
            answer={"type": "chosen", "option": "yes", "origin": "said"},
        )
        assert row(page, "from_abroad")["difference"] == "settled"
        assert [word["said"] for word in row(page, "from_abroad")["words"]] == ["いいえ", "はい"]


async def test_only_the_resident_of_the_ticket_answers_and_only_what_may_be_asked_there(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as home:
        clerk = await home.signed_in("sato")
        console = await clerk.console()
        await console.ask(m.SetReady)
        await console.ask(m.Pause, reason="break")
        kiosk, other = await (await home.kiosk()).connect(), await (await home.kiosk("北2")).connect()
        questions = await ring(home, kiosk)
        assert (await answer(other, questions, "dog", DOG)).refused == "stale"
        assert (await answer(kiosk, questions, "seiho", DOG)).refused == "invalid"
        assert (await answer(kiosk, questions, "moved_on", DOG)).refused == "invalid"
        assert (await answer(kiosk, questions, "nonsense", DOG)).refused == "invalid"
        status, body = await clerk.post("/api/case/page", {"ticket": questions.ticket})
        assert (status, body["error"]) == (409, "not_your_call")


async def test_a_sheet_prints_as_previewed_once_and_not_when_it_has_changed(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        clerk = await home.signed_in("sato")
        kiosk = await (await home.kiosk()).connect()
        console = await clerk.console()
        await console.ask(m.SetReady)
        assert (await kiosk.ask(m.TakeTicket, purpose="tennyu")).refused is None
        ticket = await talking(home, kiosk, console)
        dog = {"type": "chosen", "option": "yes", "origin": "said"}
        await post(clerk, "case/answer", ticket=ticket.id, fact="dog", answer=dog)
        status, picture = await clerk.post("/api/case/picture", {"ticket": ticket.id})
        assert status == 200
        assert picture.startswith(b"\x89PNG")
        status, pdf = await clerk.post("/api/case/pdf", {"ticket": ticket.id})
        assert (status, pdf[:5]) == (200, b"%PDF-")
        about = {"ticket": ticket.id, "generation": ticket.generation}
        assert (await console.ask(m.PrintSheet, revision=0, **about)).refused == "stale"
        for _ in range(2):
            assert (await console.ask(m.PrintSheet, id="once", revision=1, **about)).refused is None
        view = await kiosk.shows(m.KioskView, lambda view: bool(view.orders))
        (order,) = view.orders
        assert isinstance(order, PrintOrder)
        assert order.kind == "sheet"
        strips = [await kiosk.until(m.Paper)]
        while len(strips) < strips[0].count:
            strips.append(await kiosk.until(m.Paper))
        assert sum(len(strip.rows) for strip in strips) > 100_000
        await kiosk.ask(m.OrderSettled, order="once", outcome="printed")
        assert (await console.ask(m.PrintSheet, revision=1, paper="receipt", **about)).refused is None
        view = await kiosk.shows(
            m.KioskView,
            lambda view: [o.kind for o in view.orders if isinstance(o, PrintOrder)] == ["receipt"],
        )
        assert (await kiosk.until(m.Paper)).count >= 1


async def test_what_was_told_by_telephone_is_put_under_a_visit_by_its_number_and_gone_from_there(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as home:
        clerk = await home.signed_in("sato")
        opened = await post(clerk, "previsit", event="tennyu")
        code = str(opened["code"])
        assert re.fullmatch("[0-9]{6}", code)
        await post(clerk, "previsit/answer", code=code, fact="dog", answer=msgspec.to_builtins(DOG))
        ends = await home.server.case_ends()
        assert abs((ends[f"previsit.{code}"] or 0) - home.server.clock.wall() - 14 * 86400) < 60
        console = await clerk.console()
        await console.ask(m.SetReady)
        kiosk = await (await home.kiosk()).connect()
        assert (await kiosk.ask(m.TakeTicket, purpose="talk")).refused is None
        ticket = await talking(home, kiosk, console)
        assert (await post(clerk, "case/page", ticket=ticket.id))[
            "page"
        ] is None  # nobody knows what it is about
        page = await post(clerk, "case/attach", ticket=ticket.id, code=code)
        assert row(page, "dog")["words"][0]["origin"] == "phone"
        assert f"previsit.{code}" not in await home.server.case_ends()
        status, body = await clerk.post("/api/case/attach", {"ticket": ticket.id, "code": code})
        assert (status, body["error"]) == (404, "no_record")
        guesses = [await clerk.post("/api/previsit/page", {"code": f"{number:06d}"}) for number in range(12)]
        assert guesses[-1][0] == 429  # a million numbers are not tried one by one


async def test_no_answer_or_note_is_in_the_journal_or_the_log_and_after_the_retention_nobody_can_read_them(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with house(tmp_path) as home:
        clerk = await home.signed_in("sato")
        kiosk = await (await home.kiosk()).connect()
        console = await clerk.console()
        await console.ask(m.SetReady)
        assert (await kiosk.ask(m.TakeTicket, purpose="tennyu")).refused is None
        ticket = await talking(home, kiosk, console)
        seiho = {"type": "chosen", "option": "yes", "origin": "said"}
        await post(clerk, "case/answer", ticket=ticket.id, fact="seiho", answer=seiho)
        await post(clerk, "case/note", ticket=ticket.id, id="n1", text=CANARY)
        page = await post(clerk, "case/outcome", ticket=ticket.id, line="tennyu_todoke", result="done")
        assert page["page"]["outcomes"]["tennyu_todoke"]["result"] == "done"
        bodies = await home.server.database.run(
            lambda connection: connection.execute("SELECT body FROM event").fetchall()
        )
        changed = [body for (body,) in bodies if b"sheet_changed" in body]
        assert changed
        for word in ("seiho", "fukushi", CANARY, "unknown", "said"):
            assert all(word.encode() not in body for (body,) in bodies), word
            assert word not in caplog.text, word
        sealed = await home.server.database.run(
            lambda connection: connection.execute(
                "SELECT ticket, name, sealed FROM case_item WHERE ticket LIKE ?", (f"{ticket.id}.%",)
            ).fetchall()
        )
        assert {name for _, name, _ in sealed} == {"sheet", "record"}
        assert (await console.ask(m.EndCall, ticket=ticket.id, generation=ticket.generation)).refused is None
        done = await console.ask(
            m.FinishWrapup, ticket=ticket.id, generation=ticket.generation, result="done"
        )
        assert done.refused is None
        status, over = await clerk.post("/api/case/hand-over", {"ticket": ticket.id})
        assert (status, over["notes"]) == (200, [CANARY])
        status, history = await clerk.get("/api/case/history")
        assert (status, [visit["notes"] for visit in history["visits"]]) == (200, [1])
    for content in await asyncio.to_thread(database_files, tmp_path):
        assert CANARY.encode() not in content
    async with house(tmp_path) as home:  # the retention ends while the server lives
        await eventually(lambda: ends_known(home, ticket.id))
        home.server.clock.ahead += 32 * 86400  # whatever time of day it is erased at
    async with house(tmp_path, clock=home.server.clock) as home:
        await eventually(lambda: gone(home, ticket.id))
        # Their key is destroyed; and not even the sealed bytes are left, once the log is written back.
        await eventually(lambda: nothing_of(tmp_path, [blob for _, _, blob in sealed]))


def database_files(folder: Path) -> list[bytes]:
    """Return the database and its write-ahead log as they lie on the disk."""
    found = [path.read_bytes() for path in folder.rglob("komado.db*")]
    assert found
    return found


async def nothing_of(folder: Path, blobs: list[bytes]) -> bool:
    contents = await asyncio.to_thread(database_files, folder)
    return not any(blob in content for content in contents for blob in blobs)


async def ends_known(home: House, ticket: str) -> bool:
    ends = await home.server.case_ends()
    return all(ends.get(f"{ticket}.{kind}") is not None for kind in ("sheet", "record"))


async def gone(home: House, ticket: str) -> bool:
    return not [id for id in await home.server.case_ends() if id.startswith(ticket)]


async def test_staff_try_their_data_and_nothing_of_it_is_kept(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        clerk = await home.signed_in("sato")
        body = await post(clerk, "try", event="tennyu", answers={"dog": msgspec.to_builtins(DOG)})
        lines = {line["id"]: line["state"] for line in body["page"]["sheet"]["lines"]}
        assert lines["inu_chg"] == "needed"
        assert await home.server.case_ends() == {}
        it = await home.signed_in("taro", "field_it")
        assert (await it.post("/api/try", {"event": "tennyu"}))[0] == 403
        async with aiohttp.ClientSession() as nobody:
            headers = {"Origin": home.server.url}
            async with nobody.post(
                f"{home.server.url}/api/try", json={"event": "tennyu"}, headers=headers
            ) as reply:
                assert reply.status == 401
