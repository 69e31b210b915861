"""What is read aloud: every sentence has its recording, made from the words that stand there now, and nothing personal is ever spoken."""

import json

import pytest
from playwright.sync_api import Page

from deploy.speech import LANGUAGES, SPEECH, sentences, spoken_keys
from server.protocol import screen as s
from tests.kiosk.screen.displays import DATA, LONG, SCREENS, display
from tests.kiosk.screen.serve import Agent, settled

FORBIDDEN = ("purpose.", "check.name", "check.address", "bye.number", "waiting.number")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_recording_says_what_the_screen_says_now(language: str):
    """When this fails: `make speech`, and listen."""
    said = json.loads((SPEECH / "spoken.json").read_text("utf-8"))[language]
    assert said == sentences(language)
    assert {file.stem for file in (SPEECH / language).glob("*.ogg")} == set(spoken_keys())


def test_no_wish_name_or_number_is_spoken():
    assert [key for key in spoken_keys() if key.startswith(FORBIDDEN)] == []
    assert not any("{" in text for language in LANGUAGES for text in sentences(language).values())


def sounds(page: Page) -> list[str]:
    return page.evaluate("window.played.splice(0)")


@pytest.mark.browser
@pytest.mark.slow
def test_a_screen_speaks_once_by_itself_again_when_asked_and_is_silent_during_a_conversation(
    page: Page, kiosk: Agent
):
    page.add_init_script(
        "window.played = []; HTMLMediaElement.prototype.play = function () { window.played.push(this.src.split('/speech/')[1] ?? ''); return Promise.resolve(); };"
    )
    page.reload()
    seq = 0

    def shown(screen: s.Screen, repeats: int = 0, language: str = "ja") -> list[str]:
        nonlocal seq
        seq += 1
        kiosk.show(_repeated(display(screen, seq=seq, language=language), repeats))
        settled(page, seq)
        return [one for one in sounds(page) if one]

    assert shown(SCREENS["purposes"]) == ["ja/purposes.title.ogg"]
    assert shown(SCREENS["purposes"]) == []
    assert shown(SCREENS["purposes"], repeats=1) == ["ja/purposes.title.ogg"]
    assert shown(SCREENS["confirm"], repeats=1, language="easy") == ["easy/confirm.title.ogg"]
    assert shown(SCREENS["confirm"], repeats=2, language="en") == [], "there is no English voice"
    assert shown(SCREENS["card_pin"], repeats=2) == [], "the clerk is talking"
    assert shown(SCREENS["card_pin"], repeats=3) == ["ja/pin.title.ogg"]
    for data in (DATA, LONG):
        assert shown(s.CardConfirm(data=data), repeats=3) == []
    assert shown(SCREENS["attract"], repeats=3) == [], "nobody is spoken to who has not come"


def _repeated(one: s.Display, repeats: int) -> s.Display:
    return s.Display(**{name: getattr(one, name) for name in one.__struct_fields__} | {"repeats": repeats})  # pyright: ignore
