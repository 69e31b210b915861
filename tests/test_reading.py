"""The reader of papers: it tells one day, sum and counter from another, or what the stories read would prove nothing."""

import pytest

from server.documents.checklist import Frame, checklist_receipt
from server.documents.papers import Papers
from server.procedures.load import SHIPPED, load
from server.protocol.values import NextStep, SlipContent
from tests import reading
from tests.papers import slip
from tests.server.documents.test_checklist import made

pytestmark = pytest.mark.slow  # typst and the fonts

DAYS = (
    "令和8年(2026年)12月1日(火)",
    "令和9年(2027年)3月14日(日)",
    "令和10年(2028年)5月26日(金)",
    "令和13年(2031年)7月8日(土)",
)


@pytest.fixture(scope="module")
def papers() -> Papers:
    return Papers()


def test_every_word_of_a_slip_is_read_and_one_day_is_never_read_as_another(papers: Papers):
    steps = tuple(
        NextStep(what="住民票を 受け取る", where="北支所 1階", until=day, bring=f"{n + 1},{n}50 円")
        for n, day in enumerate(DAYS)
    )
    raster = papers.render_slip(slip(number=4096, content=SlipContent(next_steps=steps)))
    part = reading.parts(raster.rows)
    assert list(part) == ["", "これからすること4つ"]
    assert part[""].startswith(
        reading.closed("見本市 リモート窓口 北公民館 令和8年(2026年)11月20日(金) 午前10時5分から10時31分")
    )
    assert reading.closed("用件 届け出と証明書 担当 窓口課 佐藤") in part[""]
    rest = part["これからすること4つ"]
    for n, day in enumerate(DAYS):
        said = f"住民票を 受け取る どこで 北支所 1階 いつまで {day} 持ち物 {n + 1},{n}50 円"
        before, found, rest = rest.partition(reading.closed(said))
        assert (before, bool(found)) == ("", True), said
    assert rest.startswith(
        reading.closed("わからないときは 電話で 0000-00-1234 「番号 4096」と 伝えてください")
    )


def test_every_counter_and_procedure_of_the_largest_sheet_and_its_code_are_read(papers: Papers):
    judged = made(load(SHIPPED), "tennyu", "woman of 82 with a dog")
    frame = Frame(city="見本市", number=12, at=1795480000.0, code="483921")
    raster = checklist_receipt(papers, judged, frame)
    part = reading.parts(raster.rows, until="職員が 確かめること")
    needed = [line for line in judged.lines if line.state == "needed"]
    assert set(part) == {"", *(reading.closed(line.counter.name) for line in needed)}
    for line in needed:
        assert reading.closed(line.name) in part[reading.closed(line.counter.name)], line.name
    assert reading.codes(raster.rows) == ["483921"]
