"""What needs the server or the clerk in between: no PIN waits long, no challenge is signed late, no photo stays."""

from typing import TypeVar

import pytest

from kiosk.flow import effects as do
from kiosk.flow import events as ev
from kiosk.flow import states as st
from kiosk.flow.view import snapshot_for
from server.protocol import screen as s
from server.protocol.messages import FacePhoto, OrderSettled, PresentCertificate, PresentSignature
from server.protocol.values import CardAsk
from tests.kiosk.flow.examples import DATA, DOCUMENT, TO_SIGN, card_order, in_call, ticket, view
from tests.kiosk.flow.walk import Walk

IN, OUT = ev.CardSituation(True), ev.CardSituation(False)
WITHDRAWN = ev.Viewed(view(ticket("serving", 1)))
CERTIFICATE, SIGNATURE = b"a certificate", b"a signature"
D = TypeVar("D", do.LookAtCard, do.ReadByNumber, do.Prove, do.SignDocument)


def asked(ask: CardAsk) -> Walk:
    return Walk(in_call()).on(ev.Viewed(view(ticket("serving", 1), card_order(ask))))


def begun(walk: Walk, kind: type[D]) -> int:
    (deed,) = walk.did(kind)
    return deed.dialogue


def placed(ask: CardAsk) -> tuple[Walk, int]:
    walk = asked(ask).on(IN)
    return walk, begun(walk, do.LookAtCard)


def typing(walk: Walk, keys: int = 4) -> Walk:
    return walk.on(*(ev.PinKey("digit"),) * keys, ev.PinKey("enter"))


def at_pin(tries: int = 3) -> Walk:
    walk, number = placed("identity")
    return walk.on(ev.CardLooked(number, tries, CERTIFICATE))


def outcome(walk: Walk) -> str:
    (settled,) = walk.told()
    assert isinstance(settled, OrderSettled)
    return settled.outcome


def notice(walk: Walk) -> str | None:
    assert isinstance(walk.screen, s.Call)
    return walk.screen.notice


def test_a_proof_from_the_clerks_wish_to_the_servers_end():
    walk = at_pin()
    (presented,) = walk.told()
    assert isinstance(presented, PresentCertificate)
    assert presented.certificate == CERTIFICATE
    assert walk.screen == s.CardPin(entered=0, tries_left=3, wish="identity")
    typing(walk.on(ev.Challenged("c1", TO_SIGN)))
    (sign,) = walk.did(do.Prove)
    assert (sign.data, sign.last_try) == (TO_SIGN, False)
    walk.on(ev.Signed(sign.dialogue, SIGNATURE))
    (proof,) = walk.told()
    assert isinstance(proof, PresentSignature)
    assert proof.signature == SIGNATURE
    assert walk.screen == s.CardReading(until="server")
    assert notice(walk.on(WITHDRAWN)) == "card_checked"
    snapshot = snapshot_for(walk.kiosk)
    assert snapshot is not None
    assert snapshot.attributes is None


def test_a_pin_typed_before_the_server_has_answered_waits_for_it():
    walk = typing(at_pin())
    assert walk.screen == s.CardReading(until="server")
    assert not walk.did(do.Prove)
    assert walk.on(ev.Challenged("c1", TO_SIGN)).did(do.Prove)


def test_a_pin_does_not_wait_long_for_a_silent_server():
    walk = typing(at_pin()).on(ev.Tick(), after=st.CHALLENGE_WITHIN)
    assert walk.did(do.ForgetPin)
    assert walk.screen == s.CardFailed(problem="not_checked", wish="identity")
    assert outcome(walk.touch("card_skip")) == "failed"


def test_a_challenge_that_has_become_too_old_is_asked_for_anew_without_typing_again():
    walk = at_pin().on(ev.Challenged("c1", TO_SIGN, 60.0))
    walk.on(ev.Tick(), after=58)
    typing(walk)
    assert not walk.did(do.Prove)
    number = begun(walk, do.LookAtCard)
    walk.on(ev.CardLooked(number, 3, CERTIFICATE))
    assert isinstance(walk.told()[0], PresentCertificate)
    assert not walk.did(do.ForgetPin)
    assert walk.on(ev.Challenged("c1", TO_SIGN)).did(do.Prove)


def test_a_card_with_fewer_tries_than_thought_does_not_get_the_pin_that_waits():
    walk = typing(at_pin().on(ev.Challenged("c1", TO_SIGN, 1.0)))
    walk.on(ev.CardLooked(begun(walk, do.LookAtCard), 1, CERTIFICATE))
    assert walk.did(do.ForgetPin)
    assert walk.screen == s.CardLastTry()
    assert not walk.on(ev.Challenged("c1", TO_SIGN)).did(do.Prove)


def test_a_wrong_pin_uses_up_no_challenge():
    walk = typing(at_pin().on(ev.Challenged("c1", TO_SIGN)))
    walk.on(ev.PinWrong(begun(walk, do.Prove), 2))
    assert walk.screen == s.CardPin(entered=0, tries_left=2, problem="wrong_pin", wish="identity")
    assert typing(walk).did(do.Prove)


def test_the_last_try_of_a_proof_is_a_choice():
    walk = at_pin(1).on(ev.Challenged("c1", TO_SIGN))
    assert walk.screen == s.CardLastTry()
    assert not typing(walk).effects
    assert typing(walk.touch("card_last_try")).did(do.Prove)[0].last_try


def test_a_card_taken_away_while_the_pin_waits_costs_the_pin():
    walk = typing(at_pin()).on(OUT)
    assert walk.did(do.ForgetPin)
    assert walk.screen == s.CardPlace(problem="moved", wish="identity")
    assert not walk.on(ev.Challenged("c1", TO_SIGN)).did(do.Prove)
    walk.on(IN)
    assert walk.did(do.LookAtCard)
    walk.on(ev.CardLooked(begun(walk, do.LookAtCard), 3, CERTIFICATE))
    assert walk.screen == s.CardPin(entered=0, tries_left=3, wish="identity")
    assert not typing(walk).did(do.Prove), "what was asked of the card before is not signed by this one"


def test_what_the_server_does_not_take_is_said_and_may_be_tried_again():
    walk = at_pin()
    command = walk.told()[0].id
    walk.on(ev.Replied(command, "stale"))
    assert walk.screen == s.CardFailed(problem="not_checked", wish="identity")
    assert walk.touch("card_retry").did(do.LookAtCard)


def test_a_check_that_takes_too_long_does_not_hold_the_resident():
    walk = typing(at_pin().on(ev.Challenged("c1", TO_SIGN)))
    walk.on(ev.Signed(begun(walk, do.Prove), SIGNATURE)).on(ev.Tick(), after=st.PROOF_WITHIN)
    assert walk.screen == s.CardFailed(problem="not_checked", wish="identity")


def test_a_certificate_that_the_server_judges_at_once_ends_the_asking_in_words():
    assert notice(at_pin().on(WITHDRAWN)) == "card_checked"


@pytest.mark.parametrize(
    ("problem", "result"),
    [
        ("face_only", "no_pin"),
        ("expired", "expired"),
        ("no_certificate", "no_certificate"),
        ("phone", "phone"),
    ],
)
def test_a_card_that_cannot_prove_anything_says_why_and_the_visit_goes_on(problem: str, result: str):
    walk, number = placed("identity")
    walk.on(ev.CardIsOther(number, problem))
    assert walk.screen == s.CardFailed(problem=problem, wish="identity")
    assert outcome(walk.touch("card_skip")) == result


def test_a_number_sent_before_or_after_the_card_is_there_is_spent_once():
    early = asked("attributes_by_number").on(ev.NumberCame(1, "c1")).on(IN)
    early.on(ev.CardLooked(begun(early, do.LookAtCard), None))
    late, number = placed("attributes_by_number")
    late.on(ev.CardLooked(number, None))
    assert late.screen == s.CardReading(until="clerk")
    late.on(ev.NumberCame(1, "c1"))
    for walk in (early, late):
        reading = begun(walk, do.ReadByNumber)
        assert walk.on(ev.CardRead(reading, DATA)).screen == s.CardConfirm(data=DATA)
        assert outcome(walk.touch("confirm_yes")) == "shared"


def test_after_a_card_that_moved_the_clerk_is_waited_for_again():
    walk = asked("photo").on(ev.NumberCame(1, "c1")).on(IN)
    walk.on(ev.CardLooked(begun(walk, do.LookAtCard), None))
    walk.on(OUT, ev.CardFault(begun_before(walk), "moved"))
    assert walk.screen == s.CardPlace(problem="moved", wish="photo")
    walk.on(IN)
    walk.on(ev.CardLooked(begun(walk, do.LookAtCard), None))
    snapshot = snapshot_for(walk.kiosk)
    assert snapshot is not None
    assert snapshot.card_step == "number"


def begun_before(walk: Walk) -> int:
    assert walk.kiosk.dialogue is not None
    return walk.kiosk.dialogue


def test_a_wrong_number_goes_back_to_the_talk_and_tells_both():
    walk = asked("attributes_by_number").on(ev.NumberCame(1, "c1")).on(IN)
    walk.on(ev.CardLooked(begun(walk, do.LookAtCard), None))
    walk.on(ev.NumberWrong(begun(walk, do.ReadByNumber), 9))
    assert outcome(walk) == "number_wrong"
    assert notice(walk) == "number_wrong"


def test_a_number_is_forgotten_when_nobody_needs_it_any_more():
    declined = asked("photo").on(ev.NumberCame(1, "c1")).touch("card_no")
    assert declined.did(do.ForgetNumber)
    ended = asked("photo").on(ev.NumberCame(1, "c1")).on(ev.Viewed(view()))
    assert ended.did(do.ForgetNumber)
    other_call = asked("photo").on(ev.NumberCame(0, "c1"))
    assert other_call.did(do.ForgetNumber)


def test_the_photo_goes_to_the_clerk_of_this_conversation_and_is_nowhere_afterwards():
    walk = asked("photo").on(ev.NumberCame(1, "c1")).on(IN)
    walk.on(ev.CardLooked(begun(walk, do.LookAtCard), None))
    walk.on(ev.PhotoRead(begun(walk, do.ReadByNumber), b"a face"))
    (relay,) = walk.did(do.Relay)
    assert relay == do.Relay(1, FacePhoto(order="c1", jpeg=b"a face"))
    assert outcome(walk) == "shared"
    assert notice(walk) == "photo_shown"
    assert b"a face" not in repr(walk.effects).encode()
    assert not walk.on(ev.Tick()).did(do.Relay)


def test_a_photo_read_after_the_conversation_ended_is_dropped():
    walk = asked("photo").on(ev.NumberCame(1, "c1")).on(IN)
    walk.on(ev.CardLooked(begun(walk, do.LookAtCard), None))
    reading = begun(walk, do.ReadByNumber)
    assert not walk.on(ev.Viewed(view())).on(ev.PhotoRead(reading, b"a face")).did(do.Relay)


def test_a_document_is_signed_with_a_password_of_letters_and_digits():
    walk, number = placed("signature")
    walk.on(ev.CardLooked(number, 5))
    assert walk.screen == s.CardPassword(entered=0, tries_left=5)
    walk.on(*(ev.PinKey("letter"),) * 3, *(ev.PinKey("digit"),) * 2, ev.PinKey("enter"))
    assert walk.screen == s.CardPassword(entered=5, tries_left=5, problem="six_letters")
    walk.on(ev.PinKey("letter"), ev.PinKey("enter"))
    assert walk.did(do.SignDocument)[0].document == DOCUMENT
    walk.on(ev.Signed(begun(walk, do.SignDocument), SIGNATURE, CERTIFICATE))
    (told,) = walk.told()
    assert isinstance(told, PresentSignature)
    assert (told.signature, told.certificate) == (SIGNATURE, CERTIFICATE)


def test_after_a_wrong_password_the_tries_are_told_and_everything_is_typed_anew():
    walk, number = placed("signature")
    typing(walk.on(ev.CardLooked(number, 5)), keys=8)
    walk.on(ev.PinWrong(begun(walk, do.SignDocument), 4))  # handing it to that dialogue was the end of it
    assert walk.screen == s.CardPassword(entered=0, tries_left=4, problem="wrong_password")


def test_letters_are_no_keys_of_a_pin():
    walk = at_pin().on(ev.PinKey("letter"))
    assert walk.screen == s.CardPin(entered=0, tries_left=3, wish="identity")
    assert not walk.effects
