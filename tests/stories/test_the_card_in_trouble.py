"""Whatever goes wrong with a card, the resident reads what it means, no try is spent unasked, and the conversation goes on without it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.stories.house import CONSOLE_TONE, WIDE, House, opened, shot
from tests.stories.people import Clerk, Resident

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PIN, WRONG, LAST_PIN = "1234", "9753", "7890"
NAME = "山田　花子"


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(browser, tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture(scope="module")
def talking(house: House) -> Iterator[tuple[Resident, Clerk]]:
    """One conversation, in which the clerk asks for a card again and again, until one is shared."""
    resident, clerk = house.resident(), house.clerk()
    house.talk(resident, clerk)
    yield resident, clerk
    house.ends(clerk, resident)


def test_the_last_try_is_spent_only_by_a_choice_of_its_own(house: House, talking: tuple[Resident, Clerk]):
    resident, clerk = _asked(talking)
    _lays(house, resident, "one_try_left")
    resident.sees("あと 1回です")
    shot(resident, "card-last-try-resident")
    clerk.sees(re.compile("無理に すすめないで|最後の1回を"))
    resident.press("カードなしで 話す")
    assert _outcome(house) == "declined"
    _talk_goes_on(resident, clerk)

    _asked(talking)
    resident.press("もう1回 入れる")
    _types(resident, LAST_PIN)
    resident.sees("見本　七子")
    resident.press("ちがう")
    assert _outcome(house) == "declined"
    assert clerk.page.get_by_text("見本　七子").count() == 0, "nothing is shared without a yes"
    _taken_back(house, resident)


def test_a_locked_card_ends_the_asking_and_not_the_visit(house: House, talking: tuple[Resident, Clerk]):
    resident, clerk = _asked(talking)
    _lays(house, resident, "locked", "暗証番号が 使えなく なっています")
    shot(resident, "card-locked-resident")
    resident.press("カードなしで 話す")
    assert _outcome(house) == "pin_locked"
    clerk.sees("暗証番号が 使えなくなっています")
    _talk_goes_on(resident, clerk)
    _taken_back(house, resident)


def test_a_card_pulled_while_it_is_read_is_asked_for_again_and_read(
    house: House, talking: tuple[Resident, Clerk]
):
    resident, _ = _asked(talking)
    _lays(house, resident, "ordinary")
    resident.sees("あと 3 回 入れられます")
    house.desk(card_pull_at=5)
    _types(resident, PIN)
    resident.sees("カードが うごきました")
    shot(resident, "card-moved-resident")
    _lays(house, resident, "ordinary", card_pull_at=0)
    resident.sees("あと 3 回 入れられます")
    _types(resident, PIN)
    resident.sees("この内容で よいですか？")
    resident.press("ちがう")
    assert _outcome(house) == "declined"
    _taken_back(house, resident)


def test_a_driving_licence_is_told_from_a_my_number_card(house: House, talking: tuple[Resident, Clerk]):
    resident, clerk = _asked(talking)
    _lays(house, resident, "licence", "マイナンバーカードでは ないようです")
    shot(resident, "card-licence-resident")
    resident.press("カードなしで 話す")
    assert _outcome(house) == "other_card"
    clerk.sees("マイナンバーカードでは ありませんでした")
    _talk_goes_on(resident, clerk)
    _taken_back(house, resident)


def test_who_does_not_know_the_number_goes_on_without_it_and_loses_no_try(
    house: House, talking: tuple[Resident, Clerk]
):
    resident, clerk = _asked(talking)
    _lays(house, resident, "ordinary")
    resident.sees("あと 3 回 入れられます")
    resident.types("97")
    resident.press("わからない・入れない")
    assert _outcome(house) == "declined"
    clerk.sees("住民が 送らないことを えらびました")
    _talk_goes_on(resident, clerk)
    _asked(talking)
    resident.sees("あと 3 回 入れられます")
    resident.press("わからない・入れない")
    _taken_back(house, resident)


def test_a_wrong_number_says_how_many_tries_are_left_and_the_right_one_still_works(
    house: House, talking: tuple[Resident, Clerk]
):
    resident, clerk = _asked(talking)
    resident.page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    _lays(house, resident, "ordinary")
    resident.sees("あと 3 回 入れられます")
    shot(resident, "card-pin-resident-wide")
    _types(resident, WRONG)
    resident.sees("番号が ちがいます。")
    resident.sees("あと 2 回 入れられます")
    shot(resident, "card-wrong-resident-wide")
    clerk.sees("あと 2回 入れられます。")
    _types(resident, PIN)
    resident.press(re.compile("はい、これで"))
    assert _outcome(house) == "shared"
    clerk.sees(NAME)
    resident.page.set_viewport_size({"width": 1280, "height": 800})
    _taken_back(house, resident)


def test_no_number_that_was_typed_is_in_any_file(house: House):
    for path in sorted(house.folder.rglob("*")):
        if path.is_file() and path.suffix in (".log", ".jsonl", ".db", ".db-wal", ".json"):
            for digits in (WRONG, LAST_PIN):
                assert not _says(path, digits), f"{digits} in {path.name}"


def _says(path: Path, digits: str) -> bool:
    """Tell whether the digits stand alone: inside a longer number they are chance."""
    return (
        re.search(rb"(?<![0-9a-zA-Z.])" + digits.encode() + rb"(?![0-9a-zA-Z])", path.read_bytes())
        is not None
    )


def _asked(talking: tuple[Resident, Clerk]) -> tuple[Resident, Clerk]:
    """Let the clerk ask for the card and the resident say yes."""
    resident, clerk = talking
    expect(
        clerk.page.get_by_role(
            "button", name=re.compile("^氏名・住所を読む（暗証番号）"), include_hidden=True
        ).last
    ).to_be_enabled()
    clerk.page.keyboard.press("Alt+KeyK")
    resident.press("ある")
    return resident, clerk


def _lays(house: House, resident: Resident, card: str, reads: str = "", **deed: object) -> None:
    """Lay a card on the pad when the screen asks for it, and read what it says then."""
    resident.sees("カードを 台に のせてください")
    house.desk(card=card, **deed)
    if reads:
        resident.sees(reads)


def _types(resident: Resident, digits: str) -> None:
    resident.types(digits)
    resident.press("これで よい")


def _outcome(house: House) -> str:
    """Return how the newest card request ended."""
    return house.outcome(house.orders("card")[-1])


def _talk_goes_on(resident: Resident, clerk: Clerk) -> None:
    resident.sees("字で 話す")
    resident.hears(CONSOLE_TONE)
    clerk.sees("通話中")


def _taken_back(house: House, resident: Resident) -> None:
    house.desk(card="")
    resident.sees("字で 話す")
