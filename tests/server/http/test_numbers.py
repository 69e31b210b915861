"""The figures as a supervisor asks for them, from the journal of a real server."""

import csv
import io
from pathlib import Path

import pytest

from server.protocol import messages as m
from tests.server.http.rig import house
from tests.server.http.test_staff import in_call

pytestmark = pytest.mark.slow

DAY = "2026-11-16"


async def test_a_visit_appears_in_the_figures_of_its_day_and_nobody_else_may_see_them(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        kiosk, console, ticket, generation = await in_call(at)
        boss = await at.signed_in("kantoku", "supervisor")
        assert (await boss.get("/api/numbers"))[1]["all"]["served"] == 1  # while it is still going on
        assert (await console.ask(m.EndCall, ticket=ticket, generation=generation)).refused is None
        finish = await console.ask(m.FinishWrapup, ticket=ticket, generation=generation, result="done")
        assert finish.refused is None
        await kiosk.shows(m.KioskView, lambda view: view.ticket is None)

        status, answer = await boss.get(f"/api/numbers?since={DAY}&until={DAY}&by=purpose&target=60")
        assert status == 200
        assert answer["all"]["visits"] == answer["all"]["served"] == 1
        assert answer["all"]["service_level"] == 1
        assert answer["before"]["visits"] == 0
        assert [row["key"] for row in answer["rows"]] == ["talk"]
        assert answer["labels"]["talk"] == "職員と話したい"
        assert [who["missed"] for who in answer["staff"]] == [0]

        clerk = await at.signed_in("suzuki", "clerk")
        assert (await clerk.get("/api/numbers"))[0] == 403
        assert (await clerk.get("/api/numbers.csv"))[0] == 403
        assert (await (await at.browser()).get("/api/numbers"))[0] == 401


async def test_the_table_for_a_spreadsheet_says_what_the_page_says(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await in_call(at)
        boss = await at.signed_in("kantoku", "supervisor")
        status, body = await boss.get(f"/api/numbers.csv?since={DAY}&until={DAY}&by=kiosk")
        assert status == 200
        (row,) = csv.DictReader(io.StringIO(body.decode("utf-8-sig") if isinstance(body, bytes) else body))
        assert (row["visits"], row["served"], row["label"]) == ("1", "1", "北公民館 北1")


async def test_staff_by_the_hour_and_kiosks_by_the_day_come_from_the_same_journal(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await in_call(at)
        boss = await at.signed_in("kantoku", "supervisor")
        question = f"since={DAY}&until={DAY}"
        _, answer = await boss.get(f"/api/numbers?{question}")
        assert [row["kiosk"] for row in answer["kept"]["kiosks"]][0] == ""
        assert (len(answer["kept"]["days"]), answer["kept"]["days"][-1]) == (14, DAY)
        assert (answer["weeks"][-1]["week"], answer["weeks"][-1]["visits"]) == (DAY, 1)
        bound = sum(hour["bound"] for hour in answer["hours"])
        assert bound == pytest.approx(sum(who["bound"] for who in answer["staff"]), abs=1e-3)
        status, body = await boss.get(f"/api/numbers/kiosks-by-day.csv?{question}")
        assert status == 200
        lines = [*csv.DictReader(io.StringIO(body.decode("utf-8-sig") if isinstance(body, bytes) else body))]
        assert len(lines) == 14 * (len(answer["kept"]["kiosks"]) - 1)
        for table, key in (("hours", "hour"), ("faults-by-week", "week")):
            status, body = await boss.get(f"/api/numbers/{table}.csv?{question}")
            rows = [
                *csv.DictReader(io.StringIO(body.decode("utf-8-sig") if isinstance(body, bytes) else body))
            ]
            shown = answer["hours" if table == "hours" else "weeks"]
            assert (status, [row[key] for row in rows]) == (200, [str(one[key]) for one in shown])
        clerk = await at.signed_in("suzuki", "clerk")
        for table in ("kiosks-by-day", "hours", "faults-by-week"):
            assert (await clerk.get(f"/api/numbers/{table}.csv"))[0] == 403


@pytest.mark.parametrize(
    "question",
    [
        "since=yesterday",
        "since=2026-11-20&until=2026-11-16",
        "since=1990-01-01",
        "by=name",
        "target=0",
        "target=x",
    ],
)
async def test_a_question_that_makes_no_sense_gets_a_sentence(tmp_path: Path, question: str) -> None:
    async with house(tmp_path) as at:
        boss = await at.signed_in("kantoku", "supervisor")
        status, answer = await boss.get(f"/api/numbers?{question}")
        assert (status, answer["error"]) == (400, "bad_question")


async def test_the_open_table_needs_no_sign_in_and_hides_small_groups(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await in_call(at)  # today, and one visit only: doubly not shown
        status, body = await (await at.browser()).get("/open/visits.csv")
        assert status == 200
        text = body.decode("utf-8-sig") if isinstance(body, bytes) else body
        assert text.lstrip("\ufeff").splitlines() == ["lane,since,until,visits,wait_p50,wait_p80"]
