"""What a clerk without a call reads of their own lanes: closed for today, or a breath after a call was given on."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from playwright.sync_api import Page, expect

from server.protocol import messages as m
from tests.server.web import scenes
from tests.server.web.looks import accessible, overflowing
from tests.server.web.rig import Rig

pytestmark = pytest.mark.browser

SHUT = m.LaneShut(since="2026-11-20T10:05:00+09:00", by="市民課の木村 花", reason="short_staff", waiting=2)
SHIMIN = m.LaneChoice(id="shimin", name="市民課", chosen=True, shut=SHUT)
FUKUSHI = m.LaneChoice(id="fukushi", name="福祉課", chosen=True)


@pytest.fixture
def calm(visit: Callable[..., Page], rig: Rig) -> Page:
    """Open a console with nothing to do."""
    rig.view = scenes.view("ready", lanes=(SHIMIN, FUKUSHI))
    page = visit("/console/", (1280, 800))
    page.locator(".calm").wait_for()
    return page


def test_a_closed_lane_is_named_with_when_who_why_and_who_is_still_served(calm: Page, rig: Rig) -> None:
    notice = calm.locator(".calm .shut")
    for text in (
        "市民課は、今日は 閉じました",
        "10:05に、市民課の木村 花さんが 閉じました",
        "職員が たりない",
    ):
        expect(notice).to_contain_text(text)
    expect(notice).to_contain_text("もう 待っている 2人の 呼び出しは、いつも どおり 来ます")
    expect(notice).to_contain_text("ほかの 窓口の 呼び出しは、いつも どおり 来ます")
    assert accessible(calm) == []
    assert overflowing(calm) == []
    rig.show(scenes.view("ready", lanes=(replace(SHIMIN, shut=None), FUKUSHI)))
    expect(calm.locator(".calm .lead")).to_contain_text("いま 待っている人は いません")
    expect(notice).to_have_count(0)


def test_where_all_is_closed_no_call_is_promised_and_it_says_what_to_do(calm: Page, rig: Rig) -> None:
    rig.show(scenes.view("ready", lanes=(replace(SHIMIN, shut=replace(SHUT, waiting=0, by="")),)))
    expect(calm.locator(".calm .lead")).to_have_text("市民課は、今日は 閉じました")
    notice = calm.locator(".calm .shut")
    expect(notice).to_contain_text("監督者が 閉じました")
    expect(notice).to_contain_text("待っている人も いません")
    expect(notice).to_contain_text("「一時停止」に してください")
    expect(calm.locator(".calm")).not_to_contain_text("呼び出しが 来ると")
    rig.show(scenes.view("paused", pause_reason="lunch", lanes=(SHIMIN,)))
    expect(notice).to_contain_text("受付を 再開すると、呼び出しが 来ます")


def test_after_a_call_was_given_on_there_is_a_breath_that_ends_by_itself_or_by_a_press(
    calm: Page, rig: Rig
) -> None:
    rig.show(scenes.view("ready", rests_for=600.0, queue=scenes.QUEUE))
    expect(calm.locator(".calm .lead")).to_have_text("ひと息 どうぞ")
    expect(calm.locator(".calm .breath")).to_contain_text("つぎの呼び出しが 届きはじめます")
    calm.get_by_role("button", name="もう 受けられます").click()
    rig.expect(m.SetReady)
    rig.show(scenes.view("ready", rests_for=0.3))
    expect(calm.locator(".calm .lead")).to_contain_text("いま 待っている人は いません")
    expect(calm.get_by_role("button", name="もう 受けられます")).to_have_count(0)
