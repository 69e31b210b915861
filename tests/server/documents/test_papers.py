"""Slips come out readable, complete, of the right width, and unimpressed by what is written on them."""

import io
import re
import threading
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from server.documents.papers import (
    STRIP_BYTES,
    TEMPLATES,
    WIDTH,
    FontsMissing,
    NumberPaper,
    Papers,
    Raster,
    TrialPage,
    png,
    strips,
)
from server.protocol.messages import MAX_FRAME, Paper
from server.protocol.values import NextStep, SlipContent
from tests.papers import BOX_BOTTOM, BOX_TOP, dots, figures, read_number, slip, wall

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def papers() -> Papers:
    return Papers()


@pytest.fixture(scope="module")
def known(papers: Papers) -> dict[str, NDArray[np.uint8]]:
    return figures(papers)


# -------------------------------------------------------------------- the number


@pytest.mark.parametrize("number", [7, 12, 480, 963, 2051, 99999])
def test_the_number_stands_in_its_frame_and_can_be_read_back(
    papers: Papers, known: dict[str, NDArray[np.uint8]], number: int
):
    assert read_number(papers.render_slip(slip(number=number)), known) == number


def test_the_frame_is_where_it_always_is(papers: Papers):
    picture = dots(papers.render_slip(slip()))
    middle = picture[:, WIDTH // 4]  # right of the round corner, left of the words
    lines = np.flatnonzero(middle[BOX_TOP - 8 : BOX_BOTTOM + 8]) + BOX_TOP - 8
    assert lines.min() == BOX_TOP
    assert lines.max() == BOX_BOTTOM - 1


def test_another_number_changes_the_frame_and_the_telephone_box_and_nothing_else(papers: Papers):
    one, other = dots(papers.render_slip(slip(number=12))), dots(papers.render_slip(slip(number=47)))
    changed = np.flatnonzero((one != other).any(axis=1))
    in_frame = (changed > BOX_TOP) & (changed < BOX_BOTTOM)
    assert in_frame.any()
    assert np.ptp(changed[~in_frame]) < 40  # 「番号 12」と 伝えてください: one line


# -------------------------------------------------------------------- the dots


def test_every_paper_has_576_dots_and_white_margins_left_and_right(papers: Papers):
    raster = papers.render_slip(slip())
    assert raster.width == WIDTH == 576
    assert len(raster.rows) == raster.height * 72
    picture = dots(raster)
    assert not picture[:, :12].any()
    assert not picture[:, -12:].any()


def test_the_trial_page_uses_the_outermost_dots(papers: Papers):
    page = TrialPage(city="見本市", site="北公民館", kiosk="1号機", version="0.1.0", at=wall(8, 0))
    picture = dots(papers.render_test(page))
    assert picture[:, 0].sum() > 30
    assert picture[:, -1].sum() > 30


def test_the_same_slip_is_the_same_dots(papers: Papers):
    assert papers.render_slip(slip()) == papers.render_slip(slip())


def test_the_preview_shows_exactly_the_dots(papers: Papers):
    raster = papers.render_slip(slip())
    picture = Image.open(io.BytesIO(png(raster)))
    assert picture.mode == "1"
    assert picture.size == (raster.width, raster.height)
    assert np.array_equal(np.asarray(picture), dots(raster) == 0)


@pytest.mark.parametrize("rows", [1, 128, 512, 100_000])
def test_strips_are_whole_rows_that_fit_a_message_and_make_the_paper_again(papers: Papers, rows: int):
    raster = papers.render_slip(slip())
    parts = strips(raster, rows)
    assert b"".join(parts) == raster.rows
    assert all(len(part) % 72 == 0 and len(part) <= min(rows * 72, STRIP_BYTES) for part in parts)


def test_a_strip_of_the_usual_size_fits_a_frame(papers: Papers):
    parts = strips(papers.render_slip(slip()))
    for index, part in enumerate(parts):
        message = Paper(order="o" * 64, index=index, count=len(parts), width=WIDTH, rows=part)
        assert len(msgspec.json.encode(message)) <= MAX_FRAME


# -------------------------------------------------------------------- the words


def test_what_was_not_said_takes_no_room(papers: Papers):
    empty = papers.render_slip(slip(content=SlipContent(), hours="", started=None))
    assert empty.height < papers.render_slip(slip()).height


def test_the_card_is_mentioned_as_it_was_used(papers: Papers):
    assert papers.render_slip(slip(card_read=True)).rows != papers.render_slip(slip(card_read=False)).rows


def test_a_slip_does_not_print_itself():
    assert repr(slip()) == "<Slip redacted>"
    assert "住民票" not in repr([slip().content])


HOSTILE = [
    '#import "@preview/tablex:0.0.8": *',
    '#read("/etc/passwd")',
    "#panic()",
    "]#h(1fr)[",
    '"), (x: "',
    "$ integral $",
    "\\u{1F600} \\",
    "*_`~@<label>= /* */ //",
    "\u202egnirts\u202c",
    "a\x00b\x1bc\r\nd\u2028e",
    "😀👨‍👩‍👧‍👦🇯🇵",
    "ア゙ܐ한नमस्ते",
    "葛\U000e0100 \ue000 \uffff",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_written_is_only_written(papers: Papers, text: str):
    step = NextStep(what=text, where=text, until=text, bring=text)
    content = SlipContent(done=(text,), next_steps=(step,), note=text)
    changes = {
        "purpose": text,
        "staff": text,
        "site": text,
        "city": text,
        "telephone": text[:20],
        "content": content,
    }
    raster = papers.render_slip(slip(**changes))
    assert raster.width == WIDTH
    assert not dots(raster)[:, :8].any()


def test_a_broken_character_is_refused_by_its_type_or_left_out(papers: Papers):
    assert papers.render_slip(slip(site="北\ud800公民館")) == papers.render_slip(slip(site="北公民館"))


@pytest.mark.parametrize(
    "content",
    [
        SlipContent(note="あ" * 10_000),
        SlipContent(done=("あ" * 61,)),
        SlipContent(done=("あ",) * 9),
        SlipContent(next_steps=(NextStep(what="あ", bring="あ" * 10_000),)),
        SlipContent(next_steps=(NextStep(what=""),)),
    ],
)
def test_what_is_longer_than_its_type_allows_is_refused_without_repeating_it(
    papers: Papers, content: SlipContent
):
    with pytest.raises(msgspec.ValidationError) as caught:
        papers.render_slip(slip(content=content))
    assert "あ" not in str(caught.value)


def test_the_longest_slip_there_can_be_is_printed_whole_and_within_its_margins(papers: Papers):
    step = NextStep(what="国" * 60, where="国" * 60, until="国" * 60, bring="国" * 120)
    content = SlipContent(done=("国" * 60,) * 8, next_steps=(step,) * 8, note="国" * 200)
    raster = papers.render_slip(slip(content=content))
    assert not dots(raster)[:, -12:].any()
    assert raster.height < 12_000  # 1.5 m, from eight people's worth of text


def test_the_longest_number_of_a_hall_is_printed_whole_within_its_margins(papers: Papers):
    raster = papers.render_number(
        NumberPaper(
            city="国" * 20, site="国" * 40, number=99_999, purpose="国" * 40, ahead=999, wait_minutes=(170, 240), at=wall(23, 59)
        )
    )  # fmt: skip
    picture = dots(raster)
    assert picture.any()
    assert not picture[:, -12:].any()
    assert raster.height < 2_000


def test_every_letter_is_at_least_ten_points():
    source = "".join(
        (TEMPLATES / name).read_text(encoding="utf-8") for name in ("common.typ", "slip.typ", "test.typ")
    )
    sizes = [
        int(size) for part in re.findall(r"\bsize: ([^,)]*)", source) for size in re.findall(r"(\d+)pt", part)
    ]
    assert min(sizes) >= 28


# -------------------------------------------------------------------- the desk


def test_several_threads_get_their_own_papers(papers: Papers):
    numbers = range(20, 28)
    alone = {n: papers.render_slip(slip(number=n)) for n in numbers}
    made: dict[int, Raster] = {}

    def work(mine: Sequence[int]) -> None:
        for n in mine:
            made[n] = papers.render_slip(slip(number=n))

    threads = [threading.Thread(target=work, args=(numbers[start::2],)) for start in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == alone


def test_without_its_fonts_it_names_the_package(tmp_path: Path):
    with pytest.raises(FontsMissing, match="fonts-morisawa-bizud-gothic"):
        Papers(tmp_path)


def test_a_letter_only_the_second_font_has_is_not_an_empty_box(papers: Papers):
    known, missing = papers.render_slip(slip(staff="𠮷")), papers.render_slip(slip(staff="\ue000"))
    assert known.rows != missing.rows
