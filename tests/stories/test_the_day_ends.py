"""Help is called and comes in the middle of a call; then the day ends: who talks goes on, who waits goes home with a code."""

import os
import re
import signal
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from server.core.hours import day_of
from tests.rig import City
from tests.stories.house import WIDE, House, opened, shot

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def carrying_over(city: City) -> None:
    """Whoever waits when this lane closes comes first on its next open day."""
    text = city.home / "city.toml"
    text.write_text(
        text.read_text("utf-8").replace("[[lanes]]\n", '[[lanes]]\nat_close = "carry_over"\n', 1), "utf-8"
    )


def closes_now(city: City) -> None:
    """Write into the city's file that it is closed from now on, today and (it may be midnight) tomorrow; have it read."""
    text, now = city.home / "city.toml", time.time()
    days = "".join(f'"{day}" = []\n' for day in sorted({day_of(now), day_of(now + 3600)}))
    head, rest = text.read_text("utf-8").split("[closed_days]", 1)
    week = "".join(f'{day} = ["00:00-24:00"]\n' for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
    text.write_text(f"{head}[hours]\n{week}[exceptions]\n{days}\n[closed_days]{rest}", "utf-8")
    os.kill(city.server.pid, signal.SIGHUP)


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    with opened(browser, folder, kiosks=2, clerks=2, prepare=carrying_over) as house:
        yield house


def test_help_comes_and_at_the_end_of_the_day_nobody_is_sent_away_with_empty_hands(house: House):
    talks, waits = house.resident(house.kiosks[0]), house.resident(house.kiosks[1], WIDE)
    sato, suzuki = house.clerk("sato"), house.clerk("suzuki", ready=False, size=WIDE)
    call = house.talk(talks, sato)
    number = house.rings(waits)

    sato.page.keyboard.press("Alt+KeyO")
    sato.press("応援を よぶ")
    suzuki.sees("佐藤 恵さん")
    suzuki.sees(re.compile("北公民館.*と 話しています"))
    shot(suzuki, "help-wanted-colleague")
    suzuki.press("向かいます")
    sato.sees("鈴木 一郎さんが 向かっています")
    shot(sato, "help-coming-clerk")
    sato.press(re.compile("応援を 終わりに する"))
    sato.page.locator("dialog").get_by_role("button", name="終わりに する").click()
    expect(suzuki.page.get_by_text("至急 応援を よんで")).to_have_count(0)
    house.never(call, "call_ended")

    closes_now(house.city)
    gone = house.of(number, "ticket_postponed", seconds=90)
    assert gone["how"] == "carry_over"
    waits.sees("順番は とってあります")
    waits.sees(f"{gone['code'][:3]} {gone['code'][3:]}")
    shot(waits, "closing-carried-over-resident")
    house.never(call, "call_ended")
    talks.page.reload()  # the page of whoever is talking stays in the call, too
    talks.sees(re.compile("佐藤 恵"))
    house.ends(sato)
    talks.sees("おつかれさまでした")
    waits.press("はじめに もどる")
    waits.sees(re.compile("お休みです"))
    shot(waits, "closing-closed-resident")
