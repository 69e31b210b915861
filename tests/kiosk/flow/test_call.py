"""The conversation: links, writing, the clerk's heartbeat, and the end of it."""

from dataclasses import replace

import pytest

from kiosk.flow import effects as do
from kiosk.flow import events as ev
from kiosk.flow import states as st
from kiosk.flow.call import MAX_TEXT, with_line
from kiosk.flow.view import media_for, snapshot_for
from server.protocol import screen as s
from server.protocol.messages import (
    ClerkHeard,
    HangUp,
    MediaIsUp,
    MediaState,
    RestartLink,
    Say,
    Typing,
)
from server.protocol.values import Line
from tests.kiosk.flow.examples import STATES, in_call, ticket, view
from tests.kiosk.flow.walk import Walk


def up(generation: int = 1, attempt: int = 1) -> ev.VoiceIs:
    return ev.VoiceIs(generation, attempt, "connected")


def test_the_server_is_told_once_that_voice_flows():
    walk = Walk(in_call("connecting")).on(up())
    assert isinstance(walk.told()[0], MediaIsUp)
    assert not walk.on(ev.VoiceIs(1, 1, "failed")).on(up()).told()


def test_voice_of_another_generation_connects_nothing():
    assert not Walk(in_call("connecting")).on(up(generation=0)).effects


@pytest.mark.parametrize("why", ["no microphone", "wants text"])
def test_without_a_voice_the_picture_is_enough_to_talk_in_writing(why: str):
    walk = Walk(in_call("connecting")).on(ev.EyesAre(1, 1, True))
    assert not walk.effects
    walk.on(ev.VoiceIs(1, 1, "connecting", "missing") if why == "no microphone" else ev.Set("wants_text"))
    assert isinstance(walk.told()[0], MediaIsUp)


def test_a_broken_link_asks_the_console_for_a_new_attempt_once():
    walk = Walk(STATES["Talking"]).on(ev.AttemptSeen(1, "voice", 3)).on(ev.VoiceIs(1, 3, "failed"))
    assert walk.did(do.Relay) == [do.Relay(1, RestartLink(link="voice", after=3))]
    assert isinstance(walk.screen, s.Call)
    assert walk.screen.trouble == "link"
    assert not walk.on(ev.VoiceIs(1, 3, "failed")).effects
    walk.on(ev.EyesAre(1, 2, True)).on(ev.EyesAre(1, 2, False))
    assert walk.did(do.Relay) == [do.Relay(1, RestartLink(link="eyes", after=2))]


def test_news_of_an_older_attempt_is_old_news():
    walk = Walk(STATES["Talking"]).on(ev.AttemptSeen(1, "voice", 3)).on(up(attempt=3))
    walk.on(ev.VoiceIs(1, 2, "failed"))
    assert not walk.effects
    assert isinstance(walk.kiosk.state, st.InCall)
    assert walk.kiosk.state.voice == "connected"
    walk.on(ev.EyesAre(1, 2, True), ev.EyesAre(1, 1, False))
    assert walk.kiosk.state.eyes_up


def test_a_reloaded_page_asks_for_a_new_voice_link():
    walk = Walk(STATES["Talking"]).on(ev.PageWent())
    assert isinstance(walk.screen, s.Call)
    assert walk.screen.trouble == "link"
    walk.on(ev.PageCame())
    assert walk.did(do.Relay) == [do.Relay(1, RestartLink(link="voice", after=1))]


def test_the_clerks_heartbeat_is_reported_when_it_stops_and_when_it_returns():
    walk = Walk(STATES["Talking"]).on(ev.ClerkPulse(1, False))
    (silent,) = walk.told()
    assert isinstance(silent, ClerkHeard)
    assert not silent.alive
    assert isinstance(walk.screen, s.Call)
    assert walk.screen.trouble == "clerk_lost"
    assert not walk.on(ev.ClerkPulse(1, False)).effects
    (back,) = walk.on(ev.ClerkPulse(1, True)).told()
    assert isinstance(back, ClerkHeard)
    assert back.alive


def test_a_missing_microphone_is_said_on_the_screen():
    walk = Walk(in_call()).on(ev.VoiceIs(1, 1, "connected", "denied"))
    assert isinstance(walk.screen, s.Call)
    assert walk.screen.trouble == "no_microphone"


def test_both_sides_writing_appears_once_per_line_and_in_order():
    line = Line(id="a", who="resident", text="耳が遠いです")
    walk = Walk(in_call()).on(ev.WritesNow(True))
    snapshot = snapshot_for(walk.kiosk)
    assert snapshot is not None
    assert snapshot.resident_typing
    walk.on(ev.Wrote(line), ev.Wrote(line), ev.Heard(1, Typing(on=True)))
    assert isinstance(walk.screen, s.Call)
    assert walk.screen.clerk_typing
    walk.on(ev.Heard(1, Say(id="a", text="わかりました")), ev.Heard(1, Say(id="a", text="わかりました")))
    assert isinstance(walk.screen, s.Call)
    assert [(one.who, one.id) for one in walk.screen.lines] == [("resident", "a"), ("clerk", "a")]
    assert not walk.screen.clerk_typing


def test_an_empty_line_is_no_line():
    assert with_line((), Line(id="a", who="resident", text=" \n")) == ()


def test_a_long_conversation_keeps_its_newest_lines_within_a_frame():
    lines: tuple[Line, ...] = ()
    for number in range(40):
        lines = with_line(lines, Line(id=str(number), who="clerk", text="あ" * 1000))
    assert lines[-1].id == "39"
    assert sum(len(line.text) for line in lines) <= MAX_TEXT


def test_what_the_clerk_sends_of_an_older_conversation_is_dropped():
    walk = Walk(in_call()).on(ev.Heard(0, Say(id="x", text="古い")))
    assert isinstance(walk.screen, s.Call)
    assert walk.screen.lines == ()


def test_the_screen_says_what_the_clerk_has_switched_off():
    walk = Walk(in_call()).on(ev.Heard(1, MediaState(microphone=False, camera=False)))
    assert isinstance(walk.screen, s.Call)
    assert (walk.screen.clerk_microphone, walk.screen.clerk_camera) == (False, False)


def test_the_keyboard_opens_and_closes_and_a_hold_closes_it():
    walk = Walk(in_call()).touch("write")
    assert isinstance(walk.screen, s.Call)
    assert walk.screen.writing
    assert isinstance(walk.touch("write_done").screen, s.Call)
    assert not walk.screen.writing  # pyright: ignore[reportAttributeAccessIssue]
    walk.touch("write").on(ev.Viewed(view(ticket("held", 1)))).on(ev.Viewed(view(ticket("serving", 1))))
    assert isinstance(walk.screen, s.Call)
    assert not walk.screen.writing


def test_a_hold_does_not_begin_the_conversation_anew():
    walk = Walk(in_call("connecting")).on(ev.Viewed(view(ticket("serving", 1))), after=5)
    walk.on(ev.Viewed(view(ticket("held", 1))), after=60).on(ev.Viewed(view(ticket("serving", 1))), after=30)
    screen = walk.on(ev.Tick(), after=10).screen
    assert isinstance(screen, s.Call)
    assert screen.seconds == 100


def test_on_hold_nothing_is_sent_and_the_promise_counts_down():
    walk = Walk(in_call("held")).on(ev.Tick(), after=30)
    media = media_for(walk.kiosk)
    assert media is not None
    assert not media.sending
    assert isinstance(walk.screen, s.OnHold)
    assert (walk.screen.minutes, walk.screen.seconds) == (2, 90)
    assert isinstance(walk.on(ev.Tick(), after=500).screen, s.OnHold)
    assert walk.screen.seconds == 0  # pyright: ignore[reportAttributeAccessIssue]


def test_the_resident_hangs_up_after_one_question_and_the_screen_does_not_wait():
    walk = Walk(STATES["Talking"]).touch("end")
    assert walk.display.quitting
    walk.touch("quit_yes")
    (told,) = walk.told()
    assert isinstance(told, HangUp)
    assert walk.screen == s.Farewell(number=12, ended_by="resident")
    assert media_for(walk.kiosk) is None
    assert not walk.on(ev.Viewed(view(ticket("serving", 1)))).effects  # the server has not heard it yet


def test_an_unsigned_offer_is_told_to_field_it():
    walk = Walk(in_call()).on(ev.BadSignature(1, "eyes"))
    assert walk.kiosk.last_error == "BadSignature eyes"


def test_media_news_outside_a_conversation_are_nothing():
    walk = Walk().on(up(), ev.EyesAre(1, 1, True), ev.ClerkPulse(1, False), ev.Heard(1, Typing(on=True)))
    assert walk.kiosk.state == st.Idle()
    walk.on(ev.Wrote(Line(id="a", who="resident", text="x")), ev.PageWent(), ev.PageCame())
    assert walk.kiosk.state == st.Idle()


def test_the_camera_lamp_is_lit_as_long_as_a_sensor_is():
    from kiosk.flow.view import lamps_for

    walk = Walk(in_call()).on(ev.Capturing(True)).on(ev.Viewed(view(ticket("held", 1))))
    assert lamps_for(walk.kiosk).camera
    assert walk.display.camera_on
    assert not lamps_for(walk.on(ev.Capturing(False)).kiosk).camera
    assert lamps_for(replace(walk.kiosk, capturing=True)).camera


def test_the_paper_is_beside_the_clerk_as_long_as_the_clerk_shows_it_and_interrupts_nothing():
    walk = Walk(STATES["Talking"]).on(ev.PaperIs(1, "seen"))
    assert isinstance(walk.screen, s.Call)
    assert walk.screen.paper == "seen"
    assert walk.on(ev.PaperIs(0, "lost")).display.screen == walk.screen
    assert walk.screen.paper == "seen"
    walk.touch("write").on(ev.PaperIs(1, "lost"))
    assert isinstance(walk.screen, s.Call)
    assert walk.screen.writing
    assert walk.screen.paper == "lost"
    assert not walk.on(ev.PaperIs(1, None)).effects
    assert walk.screen.paper is None  # pyright: ignore[reportAttributeAccessIssue]
