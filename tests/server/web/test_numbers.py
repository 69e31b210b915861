"""The page of figures, in a real browser, over a made-up day."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.server.web import day
from tests.server.web.looks import accessible
from tests.server.web.rig import Rig

pytestmark = pytest.mark.browser


@pytest.fixture
def figures(visit: Callable[..., Page], rig: Rig) -> Page:
    """Open the page on the made-up day."""
    rig.roles = ("supervisor",)
    page = visit("/numbers/", (1280, 800))
    page.get_by_label("はじめの日").fill(day.DAY)
    page.get_by_label("おわりの日").fill(day.DAY)
    expect(page.locator(".plot")).to_have_count(6)
    return page


def test_the_tiles_the_plots_and_the_table_say_the_same(figures: Page) -> None:
    found = day.answer(day.DAY, day.DAY, "hour", 600).all
    expect(figures.locator(".figures .value").first).to_have_text(str(found.visits))
    column = [int(text) for text in figures.locator(".rows tbody td:nth-child(2)").all_inner_texts()]
    assert column == list(day.BUSY)
    heights = (
        figures.locator(".plot")
        .first.locator("rect.served")
        .evaluate_all("bars => bars.map((b) => Number(b.getAttribute('height')))")
    )
    served = [int(text) for text in figures.locator(".rows tbody td:nth-child(3)").all_inner_texts()]
    scale = heights[2] / served[2]
    assert heights == pytest.approx([count * scale for count in served], abs=0.01)
    assert accessible(figures) == []


def test_another_grouping_names_its_groups_and_the_spreadsheet_asks_the_same(figures: Page) -> None:
    figures.get_by_label("分け方").select_option("purpose")
    expect(figures.get_by_role("row", name="おくやみ")).to_be_visible()
    link = figures.get_by_role("link", name="表を 保存（CSV）").get_attribute("href") or ""
    assert f"since={day.DAY}" in link
    expect(figures.locator(".said")).to_have_text(
        ["2026年11月20日(金)"] * 2
    )  # whatever the field's own language
    assert "by=purpose" in link
    for name, path in (
        ("端末ごとに", "/api/numbers/kiosks.csv"),
        ("日ごとに", "/api/numbers/kiosks-by-day.csv"),
        ("時間ごとに", "/api/numbers/hours.csv"),
        ("週ごとに", "/api/numbers/faults-by-week.csv"),
        ("窓口ごとに", "/api/numbers.csv"),
    ):
        link = figures.get_by_role("link", name=f"{name} 保存（CSV）", exact=True).get_attribute("href") or ""
        assert (link.partition("?")[0], f"since={day.DAY}" in link) == (path, True)
    assert "by=lane" in link  # the last one: a plot by lane, however the rest is grouped


def test_each_figure_says_how_it_is_counted_and_any_can_be_compared_by_group(figures: Page) -> None:
    tile = figures.locator(".figures > div").filter(has_text="1回で すんだ")
    expect(tile.locator(".goal")).to_contain_text("目標 80% 以上")
    tile.locator("summary").click()
    expect(tile.locator(".why p")).to_contain_text("1人の職員だけで")
    assert figures.locator(".figures > div").count() == figures.locator(".figures .why p").count()
    figures.get_by_label("えらんだ数を 比べる").select_option("card_share")
    expect(figures.get_by_role("img", name="カードを 使った")).to_be_visible()
    expect(figures.locator(".kept tbody tr").first).to_contain_text("南支所 ロビー")
    assert accessible(figures) == []


def test_plots_over_time_mark_what_missed_its_target_and_a_day_without_visits_still_shows_the_kiosks(
    figures: Page,
) -> None:
    hours = figures.get_by_role("img", name="職員の ふさがり（時間ごと）")
    line = float(hours.locator("line.target").get_attribute("y1") or "0")
    tops = hours.locator("rect.served").evaluate_all("bars => bars.map((b) => Number(b.getAttribute('y')))")
    assert [top < line for top in tops] == [load > 0.85 for load in day.LOADS]
    expect(hours.locator("text.target")).to_have_text(["目標", "85% 以下"])

    calendar = figures.locator(".calendar")
    bad = calendar.get_by_role("row", name="南支所 ロビー").locator("td.missed")
    expect(bad).to_have_text(["12.5", "93.8"])
    expect(calendar.locator(".key")).to_contain_text("目標 99% に 届かなかった日")
    printer = figures.locator(".weeks").get_by_role("row", name="プリンター").locator("td")
    expect(printer).to_have_text([*(str(week.get("printer", 0)) for week in day.WEEKS), "8"])

    figures.get_by_label("目標の待ち").select_option("5")
    words = figures.get_by_role("img", name="待った時間（分）").locator("text.target")
    expect(words).to_have_text(["目標", "5分", "8割の 目標", "10分 以下"])
    figures.get_by_label("えらんだ数を 比べる").select_option("wait_p80")
    expect(figures.locator(".chosen text.target")).to_have_text(["目標", "10分"])

    figures.get_by_role("button", name="今日").click()
    expect(figures.get_by_text("この期間に 来た人は いません。")).to_be_visible()
    expect(bad).to_have_count(2)


def test_a_day_without_visits_says_so_and_a_clerk_is_told_whose_page_it_is(
    figures: Page, visit: Callable[..., Page], rig: Rig
) -> None:
    figures.get_by_role("button", name="今日").click()
    expect(figures.get_by_text("この期間に 来た人は いません。")).to_be_visible()
    rig.roles = ("clerk",)
    expect(visit("/numbers/").get_by_text("監督者・管理者・監査の担当が 使います")).to_be_visible()
