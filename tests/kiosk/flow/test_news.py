"""The server's view leads the visit; loss of the link is a fact every state knows how to live with."""

from dataclasses import replace

from msgspec import structs

from kiosk.flow import events as ev
from kiosk.flow import states as st
from kiosk.flow.view import snapshot_for
from server.protocol import screen as s
from server.protocol.messages import ReportHealth
from server.protocol.values import Line
from tests.kiosk.flow.examples import DATA, READY, STATES, in_call, ticket, view
from tests.kiosk.flow.walk import Walk


def shows(state: str, generation: int = 1) -> ev.Viewed:
    return ev.Viewed(view(ticket(state, generation)))


def test_a_visit_from_ticket_to_goodbye_as_the_server_tells_it():
    walk = Walk(STATES["Asking"]).on(shows("waiting", 0))
    assert walk.screen == s.Waiting(number=12, ahead=2, wait_minutes=(5, 10))
    assert isinstance(walk.on(shows("offered")).screen, s.Waiting)
    assert walk.on(shows("connecting")).screen == s.Connecting(
        number=12, staff_name="佐藤", department="市民課"
    )
    assert isinstance(walk.on(shows("serving")).screen, s.Call)
    assert isinstance(walk.on(shows("held")).screen, s.OnHold)
    assert isinstance(walk.on(shows("serving")).screen, s.Call)
    assert walk.on(shows("wrapup")).screen == s.Farewell(number=12, ended_by="clerk")


def test_whoever_comes_back_to_the_queue_is_told_why():
    lost = Walk(in_call("serving")).on(shows("waiting"))
    assert isinstance(lost.screen, s.Waiting)
    assert lost.screen.returned == "clerk_lost"
    missed = Walk(STATES["Waiting"]).on(shows("offered")).on(shows("waiting"))
    assert isinstance(missed.screen, s.Waiting)
    assert missed.screen.returned == "no_answer"
    assert isinstance(missed.on(shows("waiting")).screen, s.Waiting)
    assert missed.screen.returned == "no_answer"  # until somebody is there


def test_whoever_is_handed_over_reads_to_whom_and_nothing_of_a_cut_line():
    view = shows("waiting")
    assert view.view.ticket is not None
    ticket = structs.replace(view.view.ticket, next_department="福祉課", next_name="鈴木 一郎")
    handed = Walk(in_call("serving")).on(replace(view, view=structs.replace(view.view, ticket=ticket)))
    assert isinstance(handed.screen, s.Waiting)
    assert (handed.screen.returned, handed.screen.next_department) == (None, "福祉課")


def shown(state: str, generation: int, clerk: bytes, **more: object) -> ev.Viewed:
    """Return a view of the call this clerk leads."""
    made = structs.replace(ticket(state, generation), staff_key=clerk, **more)
    return ev.Viewed(view(made))


def told_first() -> Walk:
    """Return a walk in which one line was written and the card was shown to the first clerk."""
    line = Line(id="l1", who="resident", text="年金の ことです")
    first = structs.replace(ticket("serving", 1), staff_key=b"first")
    return Walk(in_call(ticket=first, lines=(line,), attributes=DATA, cards_done=("c1",)))


def test_what_was_written_goes_along_and_what_the_card_said_only_after_another_yes():
    walk = told_first().on(shown("waiting", 1, b"", handed=True)).on(shown("connecting", 2, b"second"))
    walk.on(shown("serving", 2, b"second"))
    assert walk.screen == s.CardConfirm(data=DATA, who="市民課 佐藤")
    before = snapshot_for(walk.kiosk)
    assert before is not None
    assert [(line.text, line.before) for line in before.lines] == [("年金の ことです", True)]
    assert (before.attributes, before.card_step) == (None, "confirm")
    agreed = snapshot_for(walk.on(ev.Touch("confirm_yes")).kiosk)
    assert agreed is not None
    assert agreed.attributes == DATA
    assert isinstance(walk.screen, s.Call)


def test_whoever_does_not_want_the_next_clerk_to_see_the_card_says_so_once():
    walk = told_first().on(shown("serving", 2, b"second")).on(ev.Touch("confirm_no"))
    assert isinstance(walk.screen, s.Call)
    after = snapshot_for(walk.on(shown("serving", 2, b"second")).kiosk)
    assert after is not None
    assert after.attributes is None


def test_back_with_the_clerk_who_saw_it_nothing_is_asked_again():
    walk = told_first().on(shown("waiting", 1, b"", handed=True)).on(shown("serving", 3, b"first"))
    assert isinstance(walk.screen, s.Call)
    again = snapshot_for(walk.kiosk)
    assert again is not None
    assert again.attributes == DATA
    assert [line.before for line in again.lines] == [False]


def test_on_the_way_to_a_desk_without_a_name_nobody_reads_of_a_cut_line():
    walk = Walk(in_call("serving")).on(shown("waiting", 1, b"", handed=True))
    assert isinstance(walk.screen, s.Waiting)
    assert (walk.screen.returned, walk.screen.handed) == (None, True)


def test_giving_up_on_the_way_leaves_nothing_of_what_was_said():
    walk = told_first().on(shown("waiting", 1, b"", handed=True))
    walk.on(ev.Touch("quit")).on(ev.Touch("quit_yes"))
    assert "年金" not in str(walk.kiosk.state)
    assert not hasattr(walk.kiosk.state, "kept")


def test_a_ticket_the_server_no_longer_knows_leads_to_a_sentence_and_not_to_endless_waiting():
    assert Walk(STATES["Waiting"]).on(ev.Viewed(view())).screen == s.Unserved(reason="refused", number=12)
    assert Walk(STATES["Waiting"]).on(shows("no_show")).screen == s.Unserved(reason="refused", number=12)


def test_an_old_ticket_still_shown_is_not_taken_for_the_new_one():
    ended = st.Ended("t1", 1, "b-0")
    walk = Walk(replace(STATES["Asking"], ended=ended)).on(shows("serving"))
    assert walk.screen == s.Waiting()
    walk.on(ev.Viewed(view(ticket("waiting", 0, "t2"))))
    assert isinstance(walk.screen, s.Waiting)
    assert walk.screen.number == 12


def test_losing_the_link_changes_nothing_but_what_the_screen_says_of_it():
    for name, before in STATES.items():
        if "OutOfOrder" in name or not before.link_up:
            continue
        walk = Walk(before).on(ev.LinkLost())
        assert type(walk.kiosk.state) is type(before.state), name
        assert walk.display.link_up is False


def test_an_idle_kiosk_first_says_that_it_reconnects_and_after_a_minute_offers_the_telephone():
    walk = Walk().on(ev.Welcomed("見本市", "北公民館", "0000-00-0000")).on(ev.LinkLost())
    assert walk.screen == s.Attract(open=False, closed_reason="reconnecting")
    walk.on(ev.Tick(), after=st.LINK_PATIENCE)
    assert walk.screen == s.Attract(open=False, closed_reason="net")
    assert walk.display.telephone == "0000-00-0000"


def test_a_second_welcome_brings_new_names_and_no_surprise():
    walk = Walk(in_call()).on(ev.Welcomed("見本市", "南支所", "1"))
    assert walk.display.site == "南支所"
    assert isinstance(walk.screen, s.Call)
    assert not walk.effects


def test_health_is_told_when_it_changed_while_nobody_listened():
    walk = Walk(replace(READY, link_up=False))
    said = walk.kiosk.told
    walk.on(ev.Trouble("CameraMissing here", "2026-11-20T10:03+09:00"))
    walk.on(ev.Trouble(clock=False))  # says nothing of it
    assert not walk.effects
    (report,) = walk.on(ev.Welcomed("", "", "", told=said)).told()
    assert isinstance(report, ReportHealth)
    assert report.health.last_error_at == "2026-11-20T10:03+09:00"
    assert report.health.last_error == "CameraMissing here"


def test_a_wrong_clock_is_a_state_of_its_own_until_the_server_is_reached():
    walk = Walk().on(ev.Trouble(clock=True))
    assert walk.kiosk.clock_unsynced
    assert not walk.on(ev.Welcomed("", "", "")).kiosk.clock_unsynced
