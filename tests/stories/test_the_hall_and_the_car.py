"""A number of the hall and a resident far away stand in one lane, and a kiosk in a car is where it was said to be today."""

import contextlib
import os
import re
import signal
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.rig import KioskMachine, until
from tests.stories.house import WIDE, House, opened, shot
from tests.stories.people import Seat

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DESKS = 'desks = ["1番窓口", "2番窓口", "3番窓口"]\n'
KINDS = {"発券機": "counter", "移動 1号": "mobile"}


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(browser, tmp_path_factory.mktemp("house")) as house:
        for name in KINDS:
            house.add_kiosk(name)
        settles(house)
        yield house


def settles(house: House) -> None:
    """The city says which of its enrolled kiosks is what, while the server runs."""
    with contextlib.closing(sqlite3.connect(f"file:{house.city.database}?mode=ro", uri=True)) as registry:
        kiosks = dict(registry.execute("SELECT name, id FROM kiosk"))
    file = house.city.home / "city.toml"
    head, first, rest = file.read_text("utf-8").partition("[[sites]]\n")
    tables = "".join(
        f'[[kiosks]]\nid = "{kiosks[name]}"\nkind = "{kind}"\n\n' for name, kind in KINDS.items()
    )
    at = re.search(r"(?m)^\[", head)
    split = len(head) if at is None else at.start()
    file.write_text(head[:split] + DESKS + head[split:] + tables + first + rest, "utf-8")
    os.kill(house.city.server.pid, signal.SIGHUP)


def named(house: House, name: str) -> KioskMachine:
    return house.kiosks[1 + list(KINDS).index(name)]


def taken(house: House, after: int) -> dict[str, Any]:
    return until("a ticket", lambda: house.city.happened("ticket_taken")[after:])[0]


def test_a_number_and_a_resident_far_away_are_served_by_one_clerk_in_the_order_they_came(house: House):
    clerk = house.clerk(size=WIDE)
    clerk.press("席を えらぶ")
    shot(clerk, "hall-choose-desk")
    clerk.press("3番窓口")
    clerk.sees("今日の席")
    hall = Seat(house.browser.new_context(ignore_https_errors=True, locale="ja").new_page())
    hall.page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    hall.page.goto(f"{house.city.url}/wallboard/hall.html")

    # One press is one number and one paper, and the next person presses at once.
    machine = named(house, "発券機")
    queue = house.resident(machine)
    queue.sees("ご用を 1回 押してください", 30)
    shot(queue, "hall-counter")
    queue.press(re.compile("引っ越してきた"))
    first = taken(house, 0)
    queue.sees("番号の紙を お取りください")
    shot(queue, "hall-number")
    queue.press("つぎの方へ")
    queue.press(re.compile("職員と 話したい"))
    second = taken(house, 1)
    assert [first["counter"], second["counter"]] == [True, True]
    until("two papers", lambda: house.desk(machine)["printer"]["pages"] == 2)
    assert [house.outcome(order) for order in house.orders("number")] == ["printed", "printed"]

    # Somebody far away asks for the same lane.
    resident = house.resident()
    third = house.rings(resident)
    resident.sees(re.compile("あと|お待ち"))

    # The first number is called: the hall reads where to go. They come late, and are called again.
    clerk.sees("番号札の方が お待ちです", 30)
    shot(clerk, "hall-offer")
    clerk.page.keyboard.press("F2")
    expect(hall.page.locator(".calls li")).to_have_text(re.compile(rf"{first['number']}番の方\s*→\s*3番窓口"))
    for name, size in (("narrow", (1280, 800)), ("wide", WIDE)):
        hall.page.set_viewport_size({"width": size[0], "height": size[1]})
        clerk.page.set_viewport_size({"width": size[0], "height": size[1]})
        shot(hall, f"hall-called-{name}")
        shot(clerk, f"hall-calling-{name}")
    again = clerk.page.get_by_role("button", name="もう一度 よぶ")
    expect(again).to_be_enabled(timeout=30_000)
    again.click()
    house.of(first["ticket"], "called_again")
    for ticket in (first, second):
        clerk.sees(re.compile("番号札の方|に およびしています"), 30)
        if ticket is second:
            clerk.page.keyboard.press("F2")
            expect(hall.page.locator(".calls li")).to_contain_text(f"{second['number']}番の方")
        clerk.press(re.compile("^来ました"))
        clerk.sees("席で 対応しています")
        expect(hall.page.locator(".calls li")).to_have_count(0)
        if ticket is first:
            for name, size in (("narrow", (1280, 800)), ("wide", WIDE)):
                clerk.page.set_viewport_size({"width": size[0], "height": size[1]})
                shot(clerk, f"hall-at-desk-{name}")
        clerk.page.keyboard.press("Alt+KeyX")
        clerk.press("対応を 終わる")
        house.finishes(clerk)

    # And then the one far away, by picture and voice.
    house.answers(clerk, third)
    house.ends(clerk, resident)
    served = [event["ticket"] for event in house.city.happened("call_started")]
    assert served == [first["ticket"], second["ticket"], third]
    hall.page.context.close()


def test_a_kiosk_in_a_car_is_asked_where_it_is_and_everybody_reads_it(house: House):
    car, field = house.resident(named(house, "移動 1号")), house.field_it(WIDE)
    car.sees("今日は どこに 置きましたか？", 30)
    expect(car.page.get_by_text("北公民館")).to_have_count(1)  # to choose, and not yet on the wall
    shot(car, "car-places")
    field.looks_at("移動 1号")
    field.sees("場所 未定")
    field.sees("まだ 決まっていません")
    shot(field, "car-fleet-nowhere")
    car.press("南支所")
    shot(car, "car-sure")
    car.press("はい、ここです")
    field.page.get_by_text("南支所").first.wait_for()
    assert [event["site"] for event in house.city.happened("kiosk_moved")] == ["minami"]

    # Field IT corrects it, and the name before the resident follows.
    field.press("場所を かえる")
    shot(field, "car-fleet-choose")
    field.page.get_by_role("dialog").get_by_role("button", name="北公民館").click()
    car.sees("北公民館")
    shot(car, "car-attract")

    # A clerk reads where the car is; while somebody sits there it stays.
    clerk = house.clerk(size=WIDE)
    ticket = house.rings(car)
    clerk.sees(re.compile("北公民館（移動 1号）"))
    shot(clerk, "car-offer")
    expect(field.page.get_by_role("button", name="場所を かえる")).to_be_disabled()
    shot(field, "car-fleet-busy")
    house.answers(clerk, ticket)
    house.ends(clerk, car)
