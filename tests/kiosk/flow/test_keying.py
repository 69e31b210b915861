"""Digits on the large pad: nothing goes before it is whole, a number is read back, wrong digits are typed anew."""

from msgspec.structs import replace

from kiosk.flow import effects as do
from kiosk.flow import events as ev
from kiosk.flow import states as st
from kiosk.flow.states import Kiosk
from kiosk.flow.step import step
from server.protocol.messages import CheckIn, KeepCallback
from tests.kiosk.flow.examples import NOW, kiosk, ticket, view

CODE = kiosk(st.Keying(what="code"))
TELEPHONE = kiosk(st.Keying(what="telephone", waiting=st.Waiting(ticket())), server=view(ticket()))
NEXT = ev.Touch("confirm")


def keying(at: Kiosk) -> st.Keying:
    assert isinstance(at.state, st.Keying)
    return at.state


def after(at: Kiosk, digits: str, *events: ev.Event) -> tuple[Kiosk, list[object]]:
    told: list[object] = []
    for event in (*(ev.Digit(one) for one in digits), *events):
        at, effects = step(at, event, NOW)
        told += [effect.command for effect in effects if isinstance(effect, do.Tell)]
    return at, told


def test_six_digits_check_in_once_and_not_before() -> None:
    at, told = after(CODE, "48291", NEXT)
    assert not told
    at, told = after(at, "37", NEXT, NEXT)
    (command,) = told
    assert isinstance(command, CheckIn)
    assert command.code == "482913"


def test_wrong_digits_are_typed_anew_and_an_answer_to_something_else_is_not_ours() -> None:
    at, (command,) = after(CODE, "482913", NEXT)
    assert isinstance(command, CheckIn)
    assert after(at, "", ev.Replied("other", "unknown"))[0] == at
    again = keying(after(at, "", ev.Replied(command.id, "unknown"))[0])
    assert (again.digits, again.problem, again.command) == ("", "unknown", None)


def test_whoever_has_no_use_of_their_number_is_connected_without_it() -> None:
    refused = kiosk(st.Keying(what="code", problem="unknown"), server=view())
    at, told = after(refused, "", ev.Touch("without_number"))
    assert isinstance(at.state, st.Confirming)
    assert (at.state.purpose, told) == ("talk", [])
    full = kiosk(refused.state, server=replace(view(), closed={"talk": "full"}))
    at, _ = after(full, "", ev.Touch("without_number"))
    assert isinstance(at.state, st.Unserved)
    assert at.state.reason == "today_full"


def test_nothing_is_sent_while_nobody_can_be_reached() -> None:
    at, told = after(kiosk(st.Keying(what="code"), server=view(is_open=False)), "482913", NEXT)
    assert isinstance(at.state, st.Unserved)
    assert (at.state.reason, told) == ("hours", [])


def test_one_way_leads_from_the_wishes_to_the_pad_and_back() -> None:
    ready = kiosk(st.Choosing(), server=replace(view(), takes_up=True))
    at, _ = after(ready, "", ev.Touch("check_in"))
    assert keying(at).what == "code"
    assert after(at, "", ev.Touch("back"))[0].state == st.Choosing()
    assert after(kiosk(st.Choosing(), server=view()), "", ev.Touch("check_in"))[0].state == st.Choosing()


def test_a_telephone_number_is_read_back_mended_and_only_then_sent() -> None:
    at, told = after(TELEPHONE, "0901234567", ev.Digit("delete"), NEXT)
    assert not told
    assert keying(at).step == "typing", "nine digits are no number"
    at, told = after(at, "78", NEXT)
    assert not told
    assert keying(at).step == "read_back"
    at, told = after(at, "", ev.Touch("confirm_no"), ev.Digit("delete"), ev.Digit("9"), NEXT, NEXT)
    (command,) = told
    assert isinstance(command, KeepCallback)
    assert (command.number, command.ticket) == ("09012345679", "t1")
    home, _ = after(at, "", ev.Replied(command.id))
    assert isinstance(home.state, st.Unserved)
    assert home.state.reason == "callback_kept"


def test_a_refused_number_stays_to_be_looked_at_and_back_is_the_wait_itself() -> None:
    at, (command,) = after(TELEPHONE, "09012345678", NEXT, NEXT)
    assert isinstance(command, KeepCallback)
    refused, _ = after(at, "", ev.Replied(command.id, "not_now"))
    assert (keying(refused).digits, keying(refused).problem) == ("09012345678", "not_now")
    back, told = after(refused, "", ev.Touch("back"))
    assert isinstance(back.state, st.Waiting)
    assert not told
