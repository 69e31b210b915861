"""Whatever order events come in: no digit anywhere, media only in the conversation, and a way back to an empty Idle."""

from dataclasses import replace
from typing import get_args

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiosk.flow import effects as do
from kiosk.flow import events as ev
from kiosk.flow import states
from kiosk.flow.card import holds_secret
from kiosk.flow.effects import Effect
from kiosk.flow.moves import visit_of
from kiosk.flow.states import Kiosk
from kiosk.flow.step import step
from kiosk.flow.timing import next_deadline
from kiosk.flow.view import display_for, lamps_for, media_for, snapshot_for
from server.protocol import screen as s
from server.protocol.values import CardAsk, CardOrder
from tests.kiosk.flow.examples import (
    DATA,
    EVENTS,
    LOGS,
    NAME,
    NOW,
    READY,
    RESTART,
    SLIP,
    TEST,
    card_order,
    ticket,
    view,
)

WISHES = tuple(card_order(ask) for ask in get_args(CardAsk))
SECRET_BYTES = b"what a card said"
TICKET_STATES = ("waiting", "offered", "connecting", "serving", "held", "wrapup", "done")


class AnyKiosk(RuleBasedStateMachine):
    """A kiosk to which anything happens, also what a correct server would never send."""

    def __init__(self) -> None:
        super().__init__()
        self.kiosk: Kiosk = READY
        self.now = NOW
        self.printed: list[str] = []
        self.open_dialogues: set[int] = set()
        self.kept = 0
        self.number = False  # the runner holds 照合番号B
        self.consented = False
        self.agreed: set[str] = set()  # stills somebody said 「はい」 to, and nobody dropped

    def happens(self, event: ev.Event) -> tuple[Effect, ...]:
        before = self.kiosk
        shown = isinstance(display_for(before, self.now).screen, s.CardConfirm)
        self.kiosk, effects = step(before, event, self.now)
        if shown and event == ev.Touch("confirm_yes"):
            self.consented = True
        call = before.state
        if isinstance(call, states.InCall) and call.still is not None and event == ev.Touch("still_yes"):
            self.agreed.add(call.still.still)
        if isinstance(event, ev.StillDropped) and event.generation == media_generation(before):
            self.agreed.discard(event.still)
        for effect in effects:
            self.done(effect)
        for text in (repr(event), repr(effects), repr(self.kiosk)):
            assert NAME not in text
            assert repr(SECRET_BYTES)[2:-1] not in text
        if isinstance(before.state, states.InCall) and snapshot_for(self.kiosk) is None:
            self.consented = False
        return effects

    def done(self, effect: Effect) -> None:
        match effect:
            case do.Print(order) | do.LookUp(order):
                assert order not in self.printed, "an order was begun twice"
                self.printed.append(order)
            case do.TakeStill(still=still):
                assert still in self.agreed, "a still was taken without a 「はい」"
            case do.LookAtCard() | do.ReadCard() | do.Prove() | do.SignDocument() | do.ReadByNumber():
                assert not self.open_dialogues, "two dialogues with one card"
                self.open_dialogues.add(effect.dialogue)
                match effect:
                    case do.ReadCard() | do.Prove():
                        assert self.kept == 4
                        self.kept = 0
                    case do.SignDocument():
                        assert 6 <= self.kept <= 16
                        self.kept = 0
                    case do.ReadByNumber():
                        assert self.number
                        self.number = False
                    case do.LookAtCard():
                        pass
            case do.ForgetNumber():
                self.number = False
            case do.KeepDigit():
                self.kept += 1
                assert self.kept <= 16
            case do.DropDigit():
                self.kept -= 1
                assert self.kept >= 0
            case do.ForgetPin():
                self.kept = 0
            case do.Wipe():
                self.kept = 0
                self.number = False
            case do.Tell() | do.Withdraw() | do.Relay() | do.Restart() | do.SendLogs() | do.BeFresh():
                pass

    @initialize()
    def begins(self) -> None:
        self.kiosk = READY

    @rule(name=st.sampled_from(sorted(EVENTS)))
    def anything(self, name: str) -> None:
        event = EVENTS[name]
        if isinstance(event, get_args(ev.CardAnswer)):
            return
        if isinstance(event, ev.NumberCame):
            self.number = True  # as the runner does before it tells the flow
        self.happens(event)

    @rule(
        state=st.sampled_from(TICKET_STATES),
        generation=st.integers(0, 3),
        orders=st.lists(st.sampled_from((*WISHES, SLIP, TEST, RESTART, LOGS)), max_size=3, unique=True),
        there=st.booleans(),
    )
    def server_shows(self, state: str, generation: int, orders: list[object], there: bool) -> None:
        of = ticket(state, generation) if there else None
        self.happens(ev.Viewed(view(of, *orders)))  # pyright: ignore[reportArgumentType]

    @rule(wish=st.sampled_from(WISHES))
    def gets_into_a_call_and_is_asked_for_the_card(self, wish: CardOrder) -> None:
        if isinstance(self.kiosk.state, states.Idle):
            self.happens(ev.Button("call"))
            self.now += 2
            self.happens(ev.Button("call"))
        if isinstance(self.kiosk.state, states.Asking | states.Waiting | states.InCall):
            self.happens(ev.Viewed(view(ticket("serving", 1), wish)))

    @precondition(lambda self: self.open_dialogues)
    @rule(
        answer=st.sampled_from(
            ("looked", "one", "locked", "other", "read", "wrong", "moved", "unreadable",
             "photo", "signed", "number")
        )
    )  # fmt: skip
    def card_answers(self, answer: str) -> None:
        number = self.open_dialogues.pop()
        answers: dict[str, ev.CardAnswer] = {
            "looked": ev.CardLooked(number, 3),
            "one": ev.CardLooked(number, 1),
            "locked": ev.CardLooked(number, 0),
            "other": ev.CardIsOther(number, "other_card"),
            "read": ev.CardRead(number, DATA),
            "wrong": ev.PinWrong(number, 2),
            "moved": ev.CardFault(number, "moved"),
            "unreadable": ev.CardFault(number, "unreadable"),
            "photo": ev.PhotoRead(number, SECRET_BYTES),
            "signed": ev.Signed(number, SECRET_BYTES, SECRET_BYTES),
            "number": ev.NumberWrong(number, 9),
        }
        self.happens(answers[answer])

    @rule()
    def resident_types_a_pin_and_agrees(self) -> None:
        self.happens(ev.CardSituation(True))
        for _ in range(6):
            self.happens(ev.PinKey("digit"))
        self.happens(ev.PinKey("enter"))

    @rule(order=st.sampled_from(("p1", "p2")), outcome=st.sampled_from(("printed", "paper_out", "unknown")))
    def printer_ends(self, order: str, outcome: str) -> None:
        if order in self.printed:
            self.happens(ev.PrintEnded(order, outcome))  # pyright: ignore[reportArgumentType]

    @rule(seconds=st.sampled_from((0.5, 5.0, 20.0, 61.0, 100.0, 400.0)))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        self.happens(ev.Tick())

    @precondition(lambda self: isinstance(self.kiosk.state, states.InCall) and self.kiosk.state.card)
    @rule()
    def resident_agrees(self) -> None:
        self.happens(ev.Touch("confirm_yes"))

    @invariant()
    def what_is_typed_is_what_is_counted(self) -> None:
        call = self.kiosk.state
        step = call.card.step if isinstance(call, states.InCall) and call.card else None
        assert holds_secret(self.kiosk) == (self.kept > 0)
        if isinstance(step, states.PinEntry):
            assert self.kept == step.entered

    @invariant()
    def a_number_is_held_only_for_an_order_that_may_still_need_it(self) -> None:
        assert self.number == (self.kiosk.number_for is not None)
        assert not self.number or isinstance(self.kiosk.state, states.InCall)

    @invariant()
    def media_run_only_in_the_current_conversation(self) -> None:
        media = media_for(self.kiosk)
        visit = visit_of(self.kiosk)
        if media is None:
            assert not isinstance(self.kiosk.state, states.InCall)
            assert not lamps_for(replace(self.kiosk, capturing=False)).camera
            return
        assert visit is not None
        assert (media.ticket, media.generation) == (visit.id, visit.generation)
        assert media.sending == (visit.state != "held")
        assert lamps_for(self.kiosk).camera >= media.sending

    @invariant()
    def nothing_read_from_the_card_is_shared_without_a_yes(self) -> None:
        snapshot = snapshot_for(self.kiosk)
        call = self.kiosk.state
        assert snapshot is None or snapshot.attributes is None or self.consented
        screen = display_for(self.kiosk, self.now).screen
        if isinstance(screen, s.CardConfirm):
            assert isinstance(call, states.InCall)
            assert call.card is not None
            assert isinstance(call.card.step, states.Showing)

    @invariant()
    def a_deadline_that_has_come_has_been_dealt_with(self) -> None:
        after, _ = step(self.kiosk, ev.Tick(), self.now)
        deadline = next_deadline(after, self.now)
        assert deadline is None or deadline >= self.now or after != self.kiosk

    @invariant()
    def it_always_comes_back_to_an_idle_that_holds_nothing_of_anybody(self) -> None:
        kiosk, now = self.kiosk, self.now
        if isinstance(kiosk.state, states.OutOfOrder):
            kiosk, _ = step(kiosk, ev.Welcomed("見本市", "北公民館", ""), now)
        gone: tuple[ev.Event, ...] = (
            ev.Viewed(view()), ev.CardSituation(False), ev.HandsetMoved(False), ev.Wiped(), ev.Tick(),
        )  # fmt: skip
        for _ in range(12):
            if isinstance(kiosk.state, states.Idle) and kiosk.settings == states.Settings():
                break
            for event in gone:
                kiosk, _ = step(kiosk, event, now)
            now += 200
        assert isinstance(kiosk.state, states.Idle)
        text = str(vars_of(kiosk))
        assert NAME not in text
        assert "耳が遠い" not in text


def media_generation(kiosk: Kiosk) -> int | None:
    media = media_for(kiosk)
    return None if media is None else media.generation


def vars_of(kiosk: Kiosk) -> list[object]:
    """Return every field, with what `repr` would hide."""
    return [msgspec.to_builtins(getattr(kiosk, name)) for name in kiosk.__dataclass_fields__]


TestAnyKiosk = AnyKiosk.TestCase
TestAnyKiosk.settings = settings(max_examples=120, stateful_step_count=60, deadline=None, derandomize=True)
