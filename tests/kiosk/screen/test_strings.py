"""The string tables: the same keys, the same values to fill in, and a reading for every kanji in the easy one."""

import re
from typing import get_args

import pytest
from playwright.sync_api import Page

from server.core.events import WhyLater
from server.protocol.values import DeviceName, PrintOutcome
from tests.kiosk.screen.displays import MORE, USUAL

pytestmark = pytest.mark.browser

Tables = dict[str, dict[str, str]]


@pytest.fixture
def tables(library: Page) -> Tables:
    return library.evaluate("import('/strings.js').then(({ tables }) => tables)")


def test_all_languages_have_the_same_keys(tables: Tables) -> None:
    assert set(tables["easy"]) == set(tables["ja"])
    assert set(tables["en"]) == set(tables["ja"])


def test_all_languages_fill_in_the_same_values(tables: Tables) -> None:
    def values(text: str) -> set[str]:
        return set(re.findall(r"\{([a-z]+)\}", text))

    for language in ("easy", "en"):
        different = [
            key for key, text in tables["ja"].items() if values(text) != values(tables[language][key])
        ]
        assert different == []


def test_every_kanji_has_its_reading_in_easy_japanese(tables: Tables) -> None:
    without = {key: re.sub(r"\{[^}]*\|[^}]*\}", "", text) for key, text in tables["easy"].items()}
    assert [key for key, text in without.items() if re.search(r"[一-鿿]", text)] == []


def test_easy_sentences_are_short(tables: Tables) -> None:
    def longest(text: str) -> int:
        bare = re.sub(r"\{([^}|]*)\|[^}]*\}", r"\1", text)
        return max(len(sentence) for sentence in re.split(r"(?<=[。？])", bare))

    assert [key for key, text in tables["easy"].items() if longest(text) > 30] == []


def test_every_usual_wish_has_its_own_words(tables: Tables) -> None:
    for purpose in ("talk", *USUAL, *MORE):
        for language, table in tables.items():
            assert table.get(f"purpose.{purpose}"), (purpose, language)


def test_what_the_agent_can_say_has_a_sentence_of_its_own(tables: Tables) -> None:
    problems = ("moved", "unreadable", "two_cards", "four_digits", "wrong_pin", "pin_locked", "no_reader")
    cards = ("other_card", "face_only", "phone")
    keys = [f"notice.{outcome}" for outcome in get_args(PrintOutcome)]
    keys += [f"problem.{problem}" for problem in problems + cards]
    keys += [f"attract.closed_{reason}" for reason in ("hours", "no_staff", "net", "reconnecting")]
    keys += [f"unserved.{reason}" for reason in ("hours", "no_staff", "net", "refused")]
    keys += [f"returned.{reason}" for reason in ("no_answer", "declined", "clerk_lost")]
    keys += [f"moved.{reason}" for reason in get_args(WhyLater)]
    keys += [f"trouble.{trouble}" for trouble in ("link", "clerk_lost", "no_microphone")]
    keys += [f"device.{device}" for device in get_args(DeviceName)]
    assert [key for key in keys if key not in tables["ja"]] == []


def test_readings_become_ruby_and_are_left_out_of_names(library: Page) -> None:
    said = library.evaluate(
        """import('/strings.js').then(async ({ wordsFor }) => {
            const { html, render } = await import('/vendor/lit.js');
            const words = wordsFor('easy');
            const box = document.createElement('div');
            render(html`${words.t('waiting.number')}`, box);
            return [box.querySelectorAll('ruby').length, box.querySelector('rt').textContent, words.plain('waiting.number')];
        })"""
    )
    assert said == [1, "ばんごう", "あなたの 番号"]


def test_an_unknown_key_of_the_agent_gets_a_general_sentence(library: Page) -> None:
    assert (
        library.evaluate(
            "import('/strings.js').then(({ wordsFor }) => wordsFor('ja').pick('problem', 'never_heard_of', 'problem.other'))"
        )
        == "problem.other"
    )
