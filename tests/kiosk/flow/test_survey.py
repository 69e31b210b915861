"""The questionnaire while waiting: sent before it goes on, left without loss, gone with the wait."""

from kiosk.flow import effects as do
from kiosk.flow import events as ev
from kiosk.flow import states as st
from kiosk.flow.states import Kiosk
from kiosk.flow.step import step
from kiosk.flow.view import display_for, place_of, snapshot_for
from server.protocol import screen as s
from server.protocol.messages import AnswerQuestion
from tests.kiosk.flow.examples import NOW, YES, asked, ticket, view, waiting_with


def after(kiosk: Kiosk, *events: ev.Event) -> Kiosk:
    for event in events:
        kiosk, _ = step(kiosk, event, NOW)
    return kiosk


def shown(kiosk: Kiosk) -> s.Screen:
    return display_for(kiosk, NOW).screen


def survey(kiosk: Kiosk) -> st.Survey:
    assert isinstance(kiosk.state, st.Waiting)
    assert kiosk.state.survey is not None
    return kiosk.state.survey


def test_questions_are_offered_and_begun_only_by_a_touch() -> None:
    waiting = waiting_with(asked())
    screen = shown(waiting)
    assert isinstance(screen, s.Waiting)
    assert screen.questions == "offered"
    first = shown(after(waiting, ev.Leaf("questions")))
    assert isinstance(first, s.Question)
    assert (first.position, first.total, first.question.id, first.first) == (1, 3, "moved_on", True)


def test_an_answer_is_sent_once_and_the_next_question_comes_when_it_is_safe() -> None:
    at = after(waiting_with(asked("moved_on")), ev.Leaf("questions"))
    sending, effects = step(at, ev.Answered(YES), NOW)
    (told,) = [effect.command for effect in effects if isinstance(effect, do.Tell)]
    assert isinstance(told, AnswerQuestion)
    assert (told.question, told.ticket, told.answer) == ("dog", "t1", YES)
    again, more = step(sending, ev.Answered(YES), NOW)
    assert not more
    screen = shown(again)
    assert isinstance(screen, s.Question)
    assert screen.sending
    safe = after(again, ev.QuestionsCame(asked("moved_on", "dog")), ev.Replied(told.id))
    assert survey(safe).at == "persons"
    assert place_of(safe) != place_of(at)


def test_a_question_that_no_longer_applies_is_passed_over() -> None:
    at = waiting_with(asked("moved_on"), "dog")
    assert survey(after(at, ev.QuestionsCame(asked("moved_on", without="dog")))).at == "persons"


def test_after_the_last_answer_the_place_in_the_queue_is_shown_again() -> None:
    last = waiting_with(asked("moved_on", "dog", "persons"), "persons", "b-1")
    screen = shown(after(last, ev.Replied("b-1")))
    assert isinstance(screen, s.Waiting)
    assert screen.questions == "done"


def test_going_back_shows_the_answer_that_was_given() -> None:
    screen = shown(after(waiting_with(asked("moved_on"), "dog"), ev.Leaf("questions_back")))
    assert isinstance(screen, s.Question)
    assert (screen.question.id, screen.question.answer) == ("moved_on", YES)


def test_an_answer_that_could_not_be_stored_can_be_given_again() -> None:
    refused = after(waiting_with(asked(), "dog", "b-1"), ev.Replied("b-1", "store"))
    assert (survey(refused).at, survey(refused).sending) == ("dog", None)


def test_a_clerk_who_answers_interrupts_at_once_and_nothing_of_the_answers_stays_here() -> None:
    at = waiting_with(asked("moved_on"), "dog", "b-1")
    talking = after(at, ev.Viewed(view(ticket("connecting", 1))))
    assert isinstance(shown(talking), s.Connecting)
    assert not isinstance(talking.state, st.Waiting)
    clerk = snapshot_for(talking)
    assert clerk is not None
    assert clerk.attributes is None


def test_news_of_the_queue_leave_the_question_on_the_screen() -> None:
    moved = after(waiting_with(asked("moved_on"), "dog"), ev.Viewed(view(ticket())))
    assert survey(moved).at == "dog"


def test_there_are_no_questions_where_we_have_no_words_for_them() -> None:
    english = after(waiting_with(asked()), ev.Set("en"))
    screen = shown(english)
    assert isinstance(screen, s.Waiting)
    assert screen.questions == "none"


def test_what_the_page_can_send_is_an_answer_or_nothing() -> None:
    assert ev.touched("answer:yes") == ev.Answered(YES)
    assert isinstance(ev.touched("day:20261120"), ev.Answered)
    assert isinstance(ev.touched("count:4"), ev.Answered)
    for nonsense in ("day:20261341", "day:2026112", "count:0", "count:999", "count:４", "answer:", "answer"):
        assert ev.touched(nonsense) is None, nonsense
