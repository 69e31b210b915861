"""Somebody with a link on a telephone waits in the business lane and talks with a clerk, as anybody at a kiosk does."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from tests.rig import until
from tests.stories.house import CONSOLE_TONE, House, opened, shot
from tests.stories.people import Clerk, Seat

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WINDOW_TONE = 659.25
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(browser, tmp_path_factory.mktemp("house"), kiosks=0) as house:
        yield house


def sent(clerk: Clerk) -> tuple[str, str]:
    """Make a link on the console; return it and the six digits."""
    clerk.page.locator(".send-window summary").click()
    with clerk.page.expect_response(
        lambda r: r.request.method == "POST" and r.url.endswith("/api/windows")
    ) as answer:
        clerk.press("リンクを 作る")
    clerk.sees("電話で 言う番号")
    made = answer.value.json()
    return made["link"], made["digits"]


def phone(house: House, link: str) -> Seat:
    """Open a link on somebody's telephone, with a tone and a moving picture for voice and face."""
    context = house.browser.new_context(viewport=PHONE, locale="ja", ignore_https_errors=True, has_touch=True)
    seat = Seat(context.new_page())
    seat.page.goto(link.replace("/window/#", "/window/?synthetic#"))
    house._seats.append(("phone", seat))  # pyright: ignore[reportPrivateUsage]  it leaves with the others
    return seat


def numbered(pictures: list[Any]) -> list[int]:
    """Return the frame numbers in the eight cells on top of synthetic pictures."""
    found: list[int] = []
    for picture in pictures:
        high, wide = picture.shape[:2]
        cells = [
            float(np.mean(picture[high // 24 : high // 12, int(wide * (bit + 0.3) / 8) : int(wide * (bit + 0.7) / 8)]))
            for bit in range(8)
        ]  # fmt: skip
        if all(cell < 60 or cell > 195 for cell in cells):
            found.append(sum((cell > 128) << (7 - bit) for bit, cell in enumerate(cells)))
    return found


def moving(seat: Seat) -> None:
    """Wait until a picture of the other side arrives and changes."""
    first = set(until("a picture", lambda: numbered(seat.pictures())))
    until("a later frame", lambda: set(numbered(seat.pictures())) - first)


def test_a_contractor_with_a_link_waits_talks_reloads_and_the_link_works_once(house: House):
    clerk = house.clerk()
    link, _ = sent(clerk)
    shot(clerk, "window-sent")
    visitor = phone(house, link)
    visitor.sees("職員と 話す準備")
    assert "#" not in visitor.page.url, "the code does not stay in the address"
    stranger = phone(house, link)
    stranger.sees(re.compile("使えません"))
    shot(stranger, "window-used")
    visitor.page.get_by_label("会社・事業所").fill("見本工務店")
    visitor.page.get_by_label("お名前").fill("金糸雀 花子")
    shot(visitor, "window-hello")
    visitor.press("順番を とる")
    taken = until("a ticket", lambda: house.city.happened("ticket_taken"))[-1]
    assert (taken["lane"], taken["purpose"], taken["level"]) == ("jigyosha", "jigyosha", 3)
    ticket = taken["ticket"]
    visitor.sees("順番を 待っています")
    shot(visitor, "window-waiting")

    clerk.sees("呼び出しが 来ています")
    shot(clerk, "window-rings")
    clerk.page.keyboard.press("F2")
    house.of(ticket, "call_started", seconds=30)
    clerk.hears(WINDOW_TONE)
    visitor.hears(CONSOLE_TONE)
    moving(clerk)
    moving(visitor)
    clerk.sees("見本工務店 金糸雀 花子")
    clerk.writes("図面を 見せてください")
    visitor.sees("図面を 見せてください")
    visitor.page.get_by_label("職員に 送る文字").fill("いま うつします")
    visitor.press("送る")
    clerk.sees("いま うつします")
    shot(visitor, "window-call-text")
    visitor.press("文字")
    shot(visitor, "window-call")

    visitor.press("書類を 写す")
    visitor.sees("顔に もどす")
    clerk.page.get_by_role("tab", name=re.compile("書類")).first.click()
    moving(clerk)
    shot(visitor, "window-paper")
    shot(clerk, "window-paper-clerk")

    visitor.page.reload()
    visitor.sees("佐藤 恵")
    visitor.hears(CONSOLE_TONE)
    clerk.hears(WINDOW_TONE)
    visitor.press("文字")
    visitor.sees("図面を 見せてください")
    house.never(ticket, "call_ended", "ticket_returned")

    visitor.press("おわる")
    visitor.page.get_by_role("alertdialog").get_by_role("button", name="おわる").click()
    visitor.sees("おつかれさまでした")
    shot(visitor, "window-over")
    house.of(ticket, "call_ended", why="resident")
    house.finishes(clerk)
    visitor.page.reload()
    visitor.sees("おつかれさまでした")
    expect(visitor.page.get_by_text("図面を 見せてください")).to_have_count(0)
    assert visitor.complaints == []
    journal = str(house.city.events())
    assert "金糸雀" not in journal
    assert "金糸雀" not in (house.folder / "server.log").read_text()
