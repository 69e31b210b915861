"""Three in one call: an interpreter joins, sees and hears what the lead lets them, and nothing of the others ever breaks;
another department is asked first and then goes on without a silence."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.rig import City, until
from tests.stories.house import CONSOLE_TONE, KIOSK_TONE, PASSWORD, WIDE, House, moves, opened, shot, silent
from tests.stories.people import Clerk, Resident
from tests.stories.test_handed_on import two_departments

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def three_desks(city: City) -> None:
    """The pension department, and somebody who answers no lane and speaks English."""
    two_departments(city)
    city.add_staff("mori", "森 リサ", "国際課", "clerk", password=PASSWORD, skills=("language:en",))


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(browser, tmp_path_factory.mktemp("house"), prepare=three_desks) as house:
        yield house


def calls_in(clerk: Clerk, how: str, whom: str, why: str = "") -> None:
    """Ask somebody in by keyboard: the key, how, whom, one line, and the word that it is meant."""
    clerk.page.keyboard.press("Alt+KeyR")
    clerk.page.get_by_role("radio", name=re.compile(how)).check()
    clerk.page.get_by_role("radio", name=re.compile(whom)).first.check()
    clerk.page.locator("input[name=note]").fill(why)
    shot(clerk, f"company-dialog-{len(how)}")
    clerk.press("この方に つなぎます")


def faces(resident: Resident, count: int) -> None:
    """Wait until so many clerks are seen at the kiosk, and each of them moves: their frames carry a number."""

    def codes() -> list[int]:
        return [code for picture in resident.pictures() if (code := cells(picture)) is not None]

    first = until(
        f"{count} clerks at the kiosk", lambda: found if len(found := codes()) == count else None, 40
    )
    until("each of them moves", lambda: len(now := codes()) == count and not set(now) & set(first))


def cells(picture: "object") -> int | None:
    """Read the eight cells over a synthetic clerk's head."""
    import numpy as np

    image = np.asarray(picture)
    width = image.shape[1]
    row = image[max(1, image.shape[0] // 24), :, 0]
    found = [int(row[int((bit + 0.5) * width / 8)]) for bit in range(8)]
    if any(64 < value < 192 for value in found):
        return None
    return sum((value > 128) << (7 - bit) for bit, value in enumerate(found))


def paper(clerk: Clerk) -> bool:
    """Whether the picture of the paper is before a clerk: of all pictures it alone is wide."""
    return any(image.shape[1] * 9 == image.shape[0] * 16 for image in clerk.pictures())


def test_an_interpreter_joins_is_set_aside_sees_the_paper_and_leaves(house: House):
    resident = house.resident(size=WIDE)
    sato, mori = house.clerk("sato", size=WIDE), house.clerk("mori")
    ticket = house.talk(resident, sato)

    calls_in(sato, "通訳を よぶ", "英語", "英語で 話す ご家族が いっしょです")
    resident.sees("通訳の 森 リサさんが 入ります")
    mori.sees("通訳を 頼んでいます")
    mori.sees("英語で 話す ご家族が いっしょです")
    shot(resident, "company-asked-resident")
    shot(mori, "company-offer")
    mori.page.keyboard.press("F2")
    house.of(ticket, "party_voice", seconds=40)

    # Every pair: kiosk and lead, kiosk and interpreter, lead and interpreter.
    mori.hears(KIOSK_TONE)
    mori.hears(CONSOLE_TONE)
    sato.hears(CONSOLE_TONE)
    sato.hears(KIOSK_TONE)
    resident.hears(CONSOLE_TONE)
    moves(mori)
    faces(resident, 2)
    shot(resident, "company-three-resident")
    shot(sato, "company-three-lead")
    shot(mori, "company-three-interpreter")

    # The paper: before the lead, not before the interpreter, until they may see it; and away again.
    until("the paper before the lead", lambda: paper(sato))
    assert not paper(mori)
    sato.press("書類を 見せる")
    until("the paper before the interpreter", lambda: paper(mori))
    shot(mori, "company-paper-interpreter")
    sato.press("書類を かくす")
    until("no paper before the interpreter", lambda: not paper(mori))
    assert paper(sato)

    # Set aside, they hear nobody and nobody hears them; the two others go on.
    sato.press("席を 外してもらう")
    mori.sees("あなたは 席を 外しています")
    silent(mori)
    resident.sees("席を 外しています")
    sato.hears(KIOSK_TONE)
    resident.hears(CONSOLE_TONE)
    shot(mori, "company-aside-interpreter")
    sato.press("もどってもらう")
    mori.hears(KIOSK_TONE)

    mori.page.keyboard.press("Alt+KeyX")
    mori.page.get_by_role("dialog").get_by_role("button", name="ぬける").click()
    house.of(ticket, "party_left", why="left")
    mori.sees("受付可")
    faces(resident, 1)
    sato.hears(KIOSK_TONE)
    resident.hears(CONSOLE_TONE)
    house.never(ticket, "ticket_returned", "clerk_line_lost", "call_ended")
    house.ends(sato, resident)
    assert resident.complaints == sato.complaints == mori.complaints == []


def test_another_department_is_asked_first_and_goes_on_without_a_silence(house: House):
    resident = house.resident()
    sato, suzuki = house.clerk("sato"), house.clerk("suzuki", size=WIDE)
    ticket = house.talk(resident, sato)

    # Nobody comes: the one who asked reads it at once, and the resident is where they were.
    calls_in(sato, "相談してから 引きつぐ", "鈴木 一郎", "年金の 届けが いるか")
    suzuki.sees("年金の 届けが いるか")
    suzuki.page.keyboard.press("Alt+KeyN")
    suzuki.press(re.compile("いま 手が はなせない"))
    sato.sees("来られませんでした（見送り）")
    shot(sato, "company-not-come")
    if suzuki.page.get_by_role("button", name=re.compile("受付を (はじめる|再開する)")).count():
        suzuki.page.keyboard.press("Alt+KeyU")

    calls_in(sato, "相談してから 引きつぐ", "鈴木 一郎", "年金の 届けが いるか")
    resident.sees("鈴木 一郎さんに 引きつぎます")
    suzuki.sees("引きつぎの 相談で 呼んでいます")
    suzuki.page.keyboard.press("F2")
    house.of(ticket, "party_voice", seconds=40)
    sato.page.keyboard.press("Alt+KeyH")
    sato.press("およそ 2分")
    resident.sees("相談しています")
    shot(resident, "company-consult-resident")
    suzuki.sees("住民は 保留中です")
    suzuki.hears(CONSOLE_TONE)
    silent(resident)
    sato.page.keyboard.press("Alt+KeyH")
    resident.hears(CONSOLE_TONE)

    sato.page.keyboard.press("F7")
    sato.page.get_by_role("dialog").get_by_role("button", name="引きつぐ").click()
    house.of(ticket, "call_handed_over")
    resident.sees(re.compile("鈴木 一郎"))
    resident.hears(CONSOLE_TONE)
    suzuki.hears(KIOSK_TONE)
    moves(suzuki)
    faces(resident, 1)
    suzuki.sees("年金の 届けが いるか")
    shot(suzuki, "company-handed-over")
    sato.sees("受付可")
    assert len([one for one in house.city.happened("call_started") if one["ticket"] == ticket]) == 1
    house.never(ticket, "ticket_returned", "ticket_transferred")
    house.ends(suzuki, resident)
    assert resident.complaints == sato.complaints == suzuki.complaints == []
