"""The card: one dialogue, one try per PIN, the last try by choice, and nothing shared before 「はい」."""

from dataclasses import replace

import pytest

from kiosk.flow import effects as do
from kiosk.flow import events as ev
from kiosk.flow import states as st
from kiosk.flow.view import snapshot_for
from server.protocol import screen as s
from server.protocol.messages import CallSnapshot, OrderSettled
from tests.kiosk.flow.examples import CARD, DATA, NAME, STATES, in_call, ticket, view, with_card
from tests.kiosk.flow.walk import Walk

ORDERED = ev.Viewed(view(ticket("serving", 1), CARD))
IN, OUT = ev.CardSituation(True), ev.CardSituation(False)


def snapshot(walk: Walk) -> CallSnapshot:
    found = snapshot_for(walk.kiosk)
    assert found is not None
    return found


def outcome(walk: Walk) -> str:
    (settled,) = walk.told()
    assert isinstance(settled, OrderSettled)
    assert settled.order == "c1"
    return settled.outcome


def at_pin(tries: int = 3) -> Walk:
    walk = Walk(in_call()).on(ORDERED).touch("card_yes").on(IN)
    (look,) = walk.did(do.LookAtCard)
    return walk.on(ev.CardLooked(look.dialogue, tries))


def typed(walk: Walk) -> do.ReadCard:
    walk.on(*(ev.PinKey("digit"),) * 4, ev.PinKey("enter"))
    (read,) = walk.did(do.ReadCard)
    return read


def test_from_the_clerks_wish_to_the_residents_yes():
    walk = Walk(in_call()).on(ORDERED)
    assert walk.screen == s.CardAsk(staff_name="佐藤")
    assert walk.touch("card_yes").screen == s.CardPlace()
    walk.on(IN)
    (look,) = walk.did(do.LookAtCard)
    assert walk.on(ev.CardLooked(look.dialogue, 3)).screen == s.CardPin(entered=0, tries_left=3)
    walk.on(ev.PinKey("digit"))
    assert walk.effects == [do.KeepDigit()]
    assert walk.screen == s.CardPin(entered=1, tries_left=3)
    walk.on(*(ev.PinKey("digit"),) * 3, ev.PinKey("enter"))
    (read,) = walk.did(do.ReadCard)
    assert not read.last_try
    assert walk.screen == s.CardReading()
    assert walk.on(ev.CardRead(read.dialogue, DATA)).screen == s.CardConfirm(data=DATA)
    assert snapshot(walk).attributes is None
    walk.touch("confirm_yes")
    assert outcome(walk) == "shared"
    assert snapshot(walk).attributes == DATA
    assert isinstance(walk.screen, s.Call)


@pytest.mark.parametrize("word", ["confirm_no", "card_skip"])
def test_without_a_yes_nothing_of_the_card_leaves_the_kiosk(word: ev.Word):
    walk = Walk(STATES["Card showing"]).touch(word)
    assert outcome(walk) == "declined"
    assert snapshot(walk).attributes is None
    assert NAME not in repr(walk.kiosk)


def test_the_clerk_sees_which_step_and_never_how_many_digits():
    walk = at_pin()
    steps = [snapshot(walk)]
    walk.on(ev.PinKey("digit"))
    steps.append(snapshot(walk))
    assert steps[0] == steps[1]
    assert (steps[0].card_step, steps[0].pin_tries_left) == ("pin", 3)


def test_laying_the_card_on_the_pad_is_a_yes():
    walk = Walk(in_call()).on(ORDERED).on(IN)
    assert walk.did(do.LookAtCard)


def test_a_card_that_already_lies_there_is_looked_at_only_after_a_yes():
    walk = Walk(replace(in_call(), card_in=True)).on(ORDERED)
    assert not walk.effects
    assert walk.touch("card_yes").did(do.LookAtCard)


@pytest.mark.parametrize(
    ("where", "word", "result"),
    [
        ("Card asked", "card_no", "no_card"),
        ("Card asked", "card_skip", "no_card"),
        ("Card placing", "card_no", "no_card"),
        ("Card placing", "card_skip", "declined"),
        ("Card looking", "card_skip", "declined"),
        ("Card PIN 2", "card_skip", "declined"),
        ("Card last try", "card_skip", "declined"),
        ("Card unusable", "card_skip", "other_card"),
        ("Card locked", "card_skip", "pin_locked"),
    ],
)
def test_one_can_always_go_on_without_the_card(where: str, word: ev.Word, result: str):
    walk = Walk(STATES[where]).touch(word)
    assert outcome(walk) == result
    assert isinstance(walk.screen, s.Call)


def test_a_card_being_read_is_not_interrupted_by_a_touch():
    walk = Walk(STATES["Card reading"]).touch("card_skip", "confirm_yes", "card_retry")
    assert walk.screen == s.CardReading()
    assert not walk.effects


def test_a_wrong_pin_says_how_many_tries_are_left_and_is_not_sent_again():
    walk = at_pin(3)
    read = typed(walk)
    walk.on(ev.PinWrong(read.dialogue, 2))
    assert walk.screen == s.CardPin(entered=0, tries_left=2, problem="wrong_pin")
    assert not walk.did(do.ReadCard)
    walk.on(ev.PinKey("digit"))
    assert walk.screen == s.CardPin(entered=1, tries_left=2)


def test_the_last_try_is_spent_only_by_choice():
    walk = at_pin(2)
    read = typed(walk)
    walk.on(ev.PinWrong(read.dialogue, 1))
    assert walk.screen == s.CardLastTry()
    walk.on(*(ev.PinKey("digit"),) * 4, ev.PinKey("enter"))
    assert not walk.effects
    walk.touch("card_last_try")
    assert typed(walk).last_try


def test_a_card_with_one_try_asks_for_the_choice_first():
    assert at_pin(1).screen == s.CardLastTry()


def test_a_locked_pin_is_not_tried_again():
    walk = at_pin(3)
    read = typed(walk)
    walk.on(ev.PinWrong(read.dialogue, 0))
    assert walk.screen == s.CardFailed(problem="pin_locked", tries_left=0)
    assert walk.touch("card_retry", "card_yes").screen == s.CardFailed(problem="pin_locked", tries_left=0)
    assert outcome(walk.touch("card_skip")) == "pin_locked"


def test_a_card_found_locked_is_not_said_to_have_been_locked_by_us():
    walk = at_pin(0)
    assert walk.screen == s.CardFailed(problem="pin_was_locked", tries_left=0)
    assert walk.touch("card_retry", "card_yes").screen == s.CardFailed(problem="pin_was_locked", tries_left=0)
    assert outcome(walk.touch("card_skip")) == "pin_locked"


def test_a_card_that_does_not_tell_its_counter_is_treated_as_having_one_try():
    walk = Walk(in_call()).on(ORDERED).on(IN)
    walk.on(ev.CardLooked(walk.did(do.LookAtCard)[0].dialogue, None))
    assert walk.screen == s.CardLastTry()


def test_a_driver_that_refused_the_last_try_leads_to_the_choice():
    walk = at_pin(2)
    assert walk.on(ev.CardLooked(typed(walk).dialogue, 1)).screen == s.CardLastTry()


def test_another_card_says_so_and_may_be_exchanged():
    walk = Walk(in_call()).on(ORDERED).on(IN)
    walk.on(ev.CardIsOther(walk.did(do.LookAtCard)[0].dialogue, "other_card"))
    assert walk.screen == s.CardFailed(problem="other_card")
    assert walk.on(OUT).touch("card_retry").screen == s.CardPlace()
    assert walk.on(IN).did(do.LookAtCard)


def test_a_card_taken_away_while_typing_costs_the_digits_and_no_try():
    walk = at_pin().on(ev.PinKey("digit")).on(OUT)
    assert walk.screen == s.CardPlace(problem="moved")
    assert walk.did(do.ForgetPin)
    assert walk.on(IN).did(do.LookAtCard)


def test_a_card_that_moves_while_it_is_read_is_asked_for_again_and_given_up_after_three_times():
    walk = Walk(in_call()).on(ORDERED).on(IN)
    for attempt in range(3):
        (look,) = walk.did(do.LookAtCard)
        walk.on(ev.CardFault(look.dialogue, "moved"))
        if attempt < 2:
            assert walk.screen == s.CardPlace(problem="moved")
            walk.on(OUT).on(IN)
    assert walk.screen == s.CardFailed(problem="unreadable")
    assert outcome(walk.touch("card_skip")) == "failed"


def test_a_card_removed_during_the_reading_is_told_by_the_dialogue_and_not_twice():
    walk = at_pin()
    read = typed(walk)
    assert walk.on(OUT).screen == s.CardReading()
    assert walk.on(ev.CardFault(read.dialogue, "moved")).screen == s.CardPlace(problem="moved_reading")
    assert snapshot(walk).pin_tries_left is None, "whether the try was counted is not known"
    assert walk.on(IN).did(do.LookAtCard), "so the counter is read first"


def test_a_retry_without_moving_the_card_looks_again():
    walk = Walk(with_card(st.Placing("unreadable", 1), card_in=True)).touch("card_retry")
    assert walk.did(do.LookAtCard)


@pytest.mark.parametrize(
    ("reader", "screen"),
    [
        ("no_reader", s.CardFailed(problem="no_reader")),
        ("no_service", s.CardFailed(problem="no_reader")),
        ("two_cards", s.CardPlace(problem="two_cards")),
        ("mute", s.CardPlace(problem="unreadable")),
    ],
)
def test_a_reader_in_trouble_has_a_sentence(reader: str, screen: s.Screen):
    walk = Walk(in_call()).on(ORDERED).on(ev.CardSituation(False, reader))
    assert isinstance(walk.screen, s.CardAsk)
    assert walk.touch("card_yes").screen == screen
    placed = Walk(in_call()).on(ORDERED).touch("card_yes").on(ev.CardSituation(False, reader))
    assert placed.screen == screen


def test_corrections_are_kept_in_step_with_the_digits():
    walk = at_pin().on(ev.PinKey("delete"))
    assert not walk.effects
    walk.on(ev.PinKey("digit"), ev.PinKey("digit"), ev.PinKey("delete"))
    assert walk.effects == [do.DropDigit()]
    assert walk.on(ev.PinKey("enter")).screen == s.CardPin(entered=1, tries_left=3, problem="four_digits")
    walk.on(*(ev.PinKey("digit"),) * 3)
    assert walk.on(ev.PinKey("digit")).effects == []


def test_an_order_taken_back_closes_the_card_and_forgets_what_was_typed():
    walk = at_pin().on(ev.PinKey("digit")).on(ev.Viewed(view(ticket("serving", 1))))
    assert isinstance(walk.screen, s.Call)
    assert walk.did(do.ForgetPin)
    assert not walk.told()


def test_a_new_order_waits_for_the_old_dialogue_to_end():
    walk = Walk(in_call()).on(ORDERED).on(IN)
    (old,) = walk.did(do.LookAtCard)
    walk.on(ev.Viewed(view(ticket("serving", 1)))).on(ORDERED).touch("card_yes")
    assert not walk.did(do.LookAtCard)
    walk.on(ev.CardLooked(old.dialogue, 3))
    (new,) = walk.did(do.LookAtCard)
    assert new.dialogue != old.dialogue
    assert walk.screen == s.CardReading()


def test_what_was_read_after_the_conversation_ended_is_dropped():
    walk = at_pin()
    read = typed(walk)
    walk.on(ev.Viewed(view())).on(ev.CardRead(read.dialogue, DATA))
    assert NAME not in str(walk.kiosk.state)
    assert isinstance(walk.screen, s.Farewell)
    assert walk.kiosk.dialogue is None


def test_on_hold_the_card_waits_and_keys_are_nothing():
    walk = at_pin().on(ev.PinKey("digit")).on(ev.Viewed(view(ticket("held", 1), CARD)))
    assert isinstance(walk.screen, s.OnHold)
    walk.on(ev.PinKey("digit")).touch("card_skip")
    assert not walk.effects
    assert walk.on(ORDERED).screen == s.CardPin(entered=1, tries_left=3)


def test_an_order_of_another_conversation_is_not_asked():
    assert isinstance(Walk(in_call("connecting")).on(ORDERED).screen, s.CardAsk)
    other = ev.Viewed(view(ticket("serving", 2), CARD))
    assert isinstance(Walk(in_call()).on(other).screen, s.Call)


def test_a_settled_order_that_is_still_shown_is_not_asked_again():
    walk = Walk(in_call()).on(ORDERED).touch("card_no").on(ORDERED)
    assert isinstance(walk.screen, s.Call)
