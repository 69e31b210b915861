"""The visits of a day at the console: today's at once, an earlier one by its day and number."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.server.web import scenes
from tests.server.web.looks import accessible, overflowing
from tests.server.web.rig import Rig

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


def test_an_earlier_visit_is_found_by_its_day_and_number_and_the_way_back_is_today(
    visit: Visit, rig: Rig
) -> None:
    rig.view = scenes.view("ready")
    page = visit()
    rig.connected()
    visits = page.locator("k-visits")
    expect(visits.locator("li")).to_contain_text("42分前")
    visits.get_by_text("前の日の 用件を 日と番号で さがす").click()
    visits.get_by_label("日", exact=True).fill("2026-11-18")
    visits.get_by_label("受付番号").fill("17")
    visits.get_by_role("button", name="さがす").click()
    expect(visits.locator(".then")).to_contain_text("11月18日(水)に 終わった用件")
    expect(visits.locator("li .num")).to_have_text("17")
    expect(visits.locator("li")).not_to_contain_text("分前")
    expect(visits.get_by_role("button", name="書き直す")).to_be_visible()
    visits.get_by_label("受付番号").fill("99")
    visits.get_by_role("button", name="さがす").click()
    expect(visits.locator(".empty")).to_contain_text("見つかりませんでした")
    assert accessible(page) + overflowing(page) == []
    visits.get_by_role("button", name="今日に もどる").click()
    expect(visits.locator("li")).to_contain_text("42分前")
