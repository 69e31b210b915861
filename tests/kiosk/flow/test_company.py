"""Several clerks in one conversation: each link is one clerk's, and a hand-over changes none of them."""

from msgspec.structs import replace

from kiosk.flow import effects as do
from kiosk.flow import events as ev
from kiosk.flow.states import InCall
from kiosk.flow.view import snapshots_for, voices_for
from server.protocol.messages import (
    MediaIsUp,
    MediaState,
    Participant,
    PartyIsUp,
    RestartLink,
    TicketForKiosk,
)
from tests.kiosk.flow.examples import STATES, ticket, view
from tests.kiosk.flow.walk import Walk

LEAD = Participant(staff="s1", name="佐藤", department="窓口課", role="lead", state="joined", generation=1)
OTHER = Participant(
    staff="s2", name="鈴木", department="年金課", role="second", state="joined", generation=2, staff_key=b"k"
)


def with_company(*people: Participant, state: str = "serving", generation: int = 1) -> TicketForKiosk:
    return replace(ticket(state, generation), participants=people)


def joined() -> Walk:
    """A conversation with two clerks, both heard."""
    walk = Walk(STATES["Talking"]).on(ev.Viewed(view(with_company(LEAD, OTHER))))
    return walk.on(ev.AttemptSeen(2, "voice", 1), ev.VoiceIs(2, 1, "connected"))


def call(walk: Walk) -> InCall:
    assert isinstance(walk.kiosk.state, InCall)
    return walk.kiosk.state


def test_who_is_asked_is_named_before_they_come_and_has_no_link():
    walk = Walk(STATES["Talking"]).on(ev.Viewed(view(with_company(LEAD, replace(OTHER, state="asked")))))
    assert [(one.name, one.state) for one in walk.display.company] == [("鈴木", "asked")]
    assert walk.display.voices == ()


def test_a_second_clerk_has_links_of_their_own_and_the_server_is_told_once_that_they_are_heard():
    walk = joined()
    assert [type(one) for one in walk.told()] == [PartyIsUp]
    assert [voice.generation for voice in voices_for(walk.kiosk)] == [1, 2]
    assert walk.display.company[0].state == "here"
    assert not walk.on(ev.VoiceIs(2, 1, "connected")).told()


def test_the_trouble_of_one_link_is_nobody_elses():
    walk = joined()
    before = call(walk)
    walk.on(ev.VoiceIs(2, 1, "failed"))
    assert walk.did(do.Relay) == [do.Relay(2, RestartLink(link="voice", after=1))]
    after = call(walk)
    assert (after.voice, after.voice_attempt) == (before.voice, before.voice_attempt)
    assert not walk.on(ev.VoiceIs(9, 1, "failed")).effects, "of nobody here"


def test_set_aside_nothing_goes_to_them_and_the_paper_only_to_who_may_see_it():
    walk = joined().on(ev.Viewed(view(with_company(LEAD, replace(OTHER, held=True)))))
    assert [(one.sending, one.papers) for one in voices_for(walk.kiosk)] == [(True, True), (False, False)]
    walk.on(ev.Viewed(view(with_company(LEAD, replace(OTHER, may_see_papers=True)))))
    assert [(one.sending, one.papers) for one in voices_for(walk.kiosk)] == [(True, True), (True, True)]
    walk.on(ev.Viewed(view(with_company(LEAD, OTHER, state="held"))))
    assert not any(one.sending for one in voices_for(walk.kiosk))


def test_a_supervisor_who_watches_is_named_on_the_screen_hears_everything_and_is_not_played():
    watcher = replace(OTHER, name="木村 花", role="monitor")
    walk = Walk(STATES["Talking"]).on(ev.Viewed(view(with_company(LEAD, watcher))))
    assert walk.display.watched_by == ("木村 花",)
    assert walk.display.company == (), "they are nobody to talk with"
    assert [(one.sending, one.papers, one.quiet) for one in voices_for(walk.kiosk)] == [
        (True, True, False),
        (True, False, True),
    ]
    walk.on(ev.Viewed(view(with_company(LEAD, replace(watcher, role="supervisor")))))
    assert walk.display.watched_by == ()
    assert [one.name for one in walk.display.company] == ["木村 花"]
    assert not any(one.quiet for one in voices_for(walk.kiosk))


def test_a_hand_over_keeps_the_links_there_are():
    walk = joined().on(ev.Heard(2, MediaState(microphone=False, camera=True)))
    walk.on(ev.Viewed(view(with_company(replace(OTHER, role="lead"), generation=2))))
    after = call(walk)
    assert (after.voice, after.voice_attempt, after.clerk_microphone) == ("connected", 1, False)
    assert after.others == ()
    assert [voice.generation for voice in voices_for(walk.kiosk)] == [2]
    assert not walk.did(MediaIsUp)


def test_only_the_lead_sees_what_a_card_said():
    walk = joined()
    mine, theirs = snapshots_for(walk.kiosk)[1], snapshots_for(walk.kiosk)[2]
    assert theirs.attempts == {"voice": 1, "eyes": 0}
    assert theirs.lines == mine.lines
    assert (theirs.attributes, theirs.card_step) == (None, None)
