"""Views: every state has one, lamps follow, and nothing personal stands on a screen it does not belong to."""

from dataclasses import replace

import msgspec
import pytest

from hardware.ports import Lamps
from kiosk.flow import events as ev
from kiosk.flow import states as st
from kiosk.flow.view import display_for, lamps_for, media_for, snapshot_for
from server.protocol import screen as s
from tests.kiosk.flow.examples import DATA, LINE, NOW, READY, STATES, in_call, kiosk, ticket, view, with_card
from tests.kiosk.flow.walk import Walk

OWN_WORDS = {"Talking"}  # 筆談, on the screen of those who wrote it
OWN_CARD = {"Card showing"}  # what was read, shown to its owner


@pytest.mark.parametrize("name", STATES)
def test_no_screen_without_consent_contains_personal_data(name: str):
    shown = msgspec.json.encode(display_for(STATES[name], NOW)).decode()
    assert (DATA.name in shown) == (name in OWN_CARD)
    assert (DATA.address in shown) == (name in OWN_CARD)
    assert (LINE.text in shown) == (name in OWN_WORDS)


@pytest.mark.parametrize("name", STATES)
def test_nothing_personal_prints_itself(name: str):
    text = repr(STATES[name])
    assert DATA.name not in text
    assert LINE.text not in text


@pytest.mark.parametrize("name", STATES)
def test_only_a_conversation_has_media_and_a_snapshot(name: str):
    in_conversation = isinstance(STATES[name].state, st.InCall)
    assert (media_for(STATES[name]) is not None) == in_conversation
    assert (snapshot_for(STATES[name]) is not None) == in_conversation
    assert lamps_for(STATES[name]).camera == (in_conversation and name != "Held")


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("Idle", "slow"),
        ("Idle, closed", "off"),
        ("Idle, link lost", "off"),
        ("Confirming", "slow"),
        ("Waiting", "fast"),
        ("Talking", "on"),
        ("Farewell", "off"),
        ("OutOfOrder", "off"),
    ],
)
def test_the_button_lights_as_the_handbook_says(name: str, call: str):
    assert lamps_for(STATES[name]).call == call


def test_the_pad_is_lit_when_a_card_is_wanted_or_left():
    assert lamps_for(STATES["Card placing"]).card
    assert lamps_for(STATES["Farewell, card left"]) == Lamps(card=True, buzzer="call")
    assert not lamps_for(STATES["Card PIN 2"]).card


def test_the_buzzer_calls_once_when_somebody_answers_and_on_when_the_centre_is_called():
    assert lamps_for(STATES["Connecting"]).buzzer == "once"
    assert lamps_for(replace(READY, local_call_until=NOW + 1)).buzzer == "call"


def test_the_paper_slot_is_lit_while_a_paper_is_on_its_way_and_when_it_is_there():
    assert lamps_for(STATES["Talking, slip ordered"]).paper
    assert lamps_for(in_call(notice="printed")).paper
    assert not lamps_for(in_call(notice="paper_out")).paper


def test_the_clerk_learns_what_there_is_at_the_kiosk():
    walk = Walk(in_call(voice="connected", voice_attempt=4, eyes_attempt=2)).on(
        ev.HandsetMoved(True), ev.Set("wants_text"), ev.Capturing(True)
    )
    snapshot = snapshot_for(walk.kiosk)
    assert snapshot is not None
    assert snapshot.screen == "call"
    assert snapshot.attempts == {"voice": 4, "eyes": 2}
    assert (snapshot.camera_on, snapshot.microphone_on) == (True, True)
    assert (snapshot.handset_lifted, snapshot.wants_text) == (True, True)


def test_a_held_conversation_shows_the_clerk_that_the_microphone_is_off():
    snapshot = snapshot_for(in_call("held", voice="connected"))
    assert snapshot is not None
    assert not snapshot.microphone_on


@pytest.mark.parametrize(
    ("step", "key"),
    [
        (st.Asked(), "ask"),
        (st.Placing(), "insert"),
        (st.PinEntry(3), "pin"),
        (st.LastTry(), "last_try"),
        (st.Reading(7), "reading"),
        (st.Showing(DATA), "confirm"),
        (st.CardUnusable("other_card", "other_card"), "failed"),
    ],
)
def test_the_clerk_sees_each_step_of_the_card_by_name(step: st.CardStep, key: str):
    snapshot = snapshot_for(with_card(step))
    assert snapshot is not None
    assert snapshot.card_step == key
    assert snapshot.attributes is None


def test_the_promised_minutes_of_a_hold_come_from_the_clerk():
    held = msgspec.structs.replace(ticket("held", 1), hold_minutes=5)
    screen = display_for(kiosk(st.InCall(ticket=held, since=NOW - 60), server=view(held)), NOW).screen
    assert isinstance(screen, s.OnHold)
    assert (screen.minutes, screen.seconds) == (5, 240)
