"""Nothing has to be said twice: another department goes on with what was written, noted and shown, and back again."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.rig import City
from tests.stories.house import CONSOLE_TONE, PASSWORD, WIDE, House, opened, shot
from tests.stories.people import Clerk

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SECOND = """[[lanes]]
id = "nenkin_ka"
name = "国保年金課"
purposes = ["nenkin"]
offer_lasts = 30.0
rings = [{ any_of = ["department:国保年金課"] }]

[[lanes]]"""


def two_departments(city: City) -> None:
    """Give the pension department a lane and a clerk of its own."""
    file = city.home / "city.toml"
    text = file.read_text("utf-8").replace('"kaigo", "nenkin", ', '"kaigo", ', 1)
    first, rest = text.split("[[lanes]]", 1)
    head, tail = rest.split("[[lanes]]", 1)
    head = head.replace('id = "shimin"', 'id = "shimin"\nrings = [{ any_of = ["department:窓口課"] }]')
    file.write_text(f"{first}[[lanes]]{head}{SECOND}{tail}", "utf-8")
    city.add_staff("suzuki", "鈴木 一郎", "国保年金課", "clerk", password=PASSWORD)


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(browser, tmp_path_factory.mktemp("house"), prepare=two_departments) as house:
        yield house


def hands_on(clerk: Clerk, to: str, note: str = "") -> None:
    """Transfer by keyboard: the key, the desk, one line, and the word that it is meant."""
    clerk.page.keyboard.press("Alt+KeyR")
    clerk.page.get_by_role("radio", name=re.compile(to)).first.check()
    clerk.page.get_by_label(re.compile("つぎの職員への ひとこと")).fill(note)
    shot(clerk, "handed-dialog")
    clerk.press("この方に つなぎます")


def test_another_department_goes_on_where_the_first_one_was_and_gives_the_resident_back(house: House):
    resident = house.resident()
    sato, suzuki = house.clerk("sato", size=WIDE), house.clerk("suzuki")
    ticket = house.talk(resident, sato)
    sato.writes("国民年金の ご相談ですね。")
    resident.sees("国民年金の ご相談ですね。")
    hands_on(sato, "国保年金課", "口座は お嫁さんの 名義です")

    given = house.of(ticket, "ticket_transferred", lane="nenkin_ka")
    assert "口座" not in str(given)
    resident.sees("国保年金課に おつなぎします")
    shot(resident, "handed-resident")
    sato.sees("国保年金課に つなぎました")
    suzuki.sees("申し送りが あります")
    shot(suzuki, "handed-offer")
    house.answers(suzuki, ticket)
    suzuki.sees("口座は お嫁さんの 名義です")
    suzuki.sees("国民年金の ご相談ですね。")  # written before, at another desk
    suzuki.sees("前の職員")
    resident.hears(CONSOLE_TONE)
    resident.sees(re.compile("鈴木 一郎"))
    shot(suzuki, "handed-receiver")

    # Back by name; refused there, it is with the second desk again, in so many words.
    hands_on(suzuki, "佐藤 恵")
    sato.sees("呼び出しが 来ています")
    resident.sees("窓口課 佐藤 恵さんに おつなぎします")
    sato.page.keyboard.press("Alt+KeyN")
    sato.press(re.compile("いま 手が はなせない"))
    house.of(ticket, "transfer_failed")
    resident.sees("つなぎ先の職員が 出られませんでした")
    shot(resident, "handed-back-resident")
    suzuki.sees("つなぎ先が 出られず、あなたに もどってきました")
    shot(suzuki, "handed-back-clerk")
    house.answers(suzuki, ticket)
    expect(suzuki.page.locator(".log")).to_contain_text("国民年金の ご相談ですね。")
    house.ends(suzuki, resident)
