"""One example of every state and every event, for the table and the machine that tries every order."""

from dataclasses import replace
from datetime import date
from typing import get_args

import msgspec
from msgspec.structs import replace as struct_replace

from kiosk.flow import events as ev
from kiosk.flow import states as st
from kiosk.flow.places import Reserving
from kiosk.flow.states import Kiosk
from kiosk.flow.view import health_of
from server.protocol.messages import (
    BookingShown,
    KioskView,
    MediaState,
    Places,
    Postponed,
    Questions,
    Reserved,
    Say,
    TicketForKiosk,
    Typing,
)
from server.protocol.values import (
    CardAsk,
    CardOrder,
    Chosen,
    Dated,
    Device,
    DeviceOrder,
    DocumentDigest,
    FourBasicData,
    Line,
    Order,
    People,
    PrintOrder,
    QuestionForKiosk,
)

NOW = 1000.0
NAME = "山田 花子"
DATA = FourBasicData(name=NAME, address="見本市北町3丁目12番5号", birth_date="19440503", sex="2")


def ticket(state: str = "waiting", generation: int = 0, name: str = "t1") -> TicketForKiosk:
    return TicketForKiosk(
        id=name,
        number=12,
        state=state,  # pyright: ignore[reportArgumentType]
        purpose="talk",
        generation=generation,
        ahead=2 if state == "waiting" else None,
        wait_minutes=(5, 10) if state == "waiting" else None,
        staff_name="佐藤",
        department="市民課",
    )


def view(of: TicketForKiosk | None = None, *orders: Order, is_open: bool = True) -> KioskView:
    closed = None if is_open else "hours"
    return KioskView(seq=1, open=is_open, closed_reason=closed, staff_ready=True, ticket=of, orders=orders)


def reserving() -> KioskView:
    return struct_replace(view(), reserves=("talk",))


CARD = CardOrder(order="c1", ticket="t1", generation=1)
SLIP = PrintOrder(order="p1", ticket="t1", kind="slip")
TEST = PrintOrder(order="p2", ticket=None, kind="test")
RESTART = DeviceOrder(order="d1", action="restart")
LOGS = DeviceOrder(order="d2", action="logs")

YES = Chosen(option="yes", origin="touched")


def asked(*given: str, without: str = "", of: str = "t1") -> Questions:
    """Return a questionnaire of three in which `given` are answered."""
    kinds = {"moved_on": "date", "dog": "yn", "persons": "persons"}
    return Questions(
        ticket=of,
        revision=len(given),
        today="2026-11-24",
        questions=tuple(
            QuestionForKiosk(
                id=name,
                kind=kind,  # pyright: ignore[reportArgumentType]
                ask=f"{name}？",
                answer=YES if name in given else None,
            )
            for name, kind in kinds.items()
            if name != without
        ),
    )


def waiting_with(questions: Questions, at: str | None = None, sending: str | None = None) -> Kiosk:
    """Return a kiosk whose resident waits, with a questionnaire."""
    survey = st.Survey(questions, at, sending)
    return kiosk(st.Waiting(ticket(), survey=survey), server=view(ticket()), commands=1)


PLACES = ("2026-11-25T09:00:00+09:00", "2026-11-25T13:00:00+09:00", "2026-11-26T09:00:00+09:00")
CHOSEN = Reserving("talk", starts=PLACES, chosen=PLACES[0], place="b-1", command="b-1")
MADE = Reserved(place="b-1", starts=PLACES[0], code="345678", order="slip.k1")

READY = Kiosk(
    boot="b",
    version="1",
    patience=st.Quiet(NOW),
    server=view(),
    link_up=True,
    page_up=True,
    reader=None,
)
READY = replace(READY, told=health_of(READY))


def kiosk(state: st.State, **more: object) -> Kiosk:
    return replace(READY, state=state, **more)  # pyright: ignore[reportArgumentType]


def call(state: str = "serving", **more: object) -> st.InCall:
    made = st.InCall(ticket=ticket(state, 1), since=NOW, served=state != "connecting")
    return replace(made, **more)  # pyright: ignore[reportArgumentType]


def in_call(state: str = "serving", **more: object) -> Kiosk:
    return kiosk(call(state, **more), server=view(ticket(state, 1)), used=True)


DOCUMENT = DocumentDigest(sha256=b"2" * 32, sha384=b"3" * 48)


def card_order(ask: CardAsk, document: DocumentDigest = DOCUMENT) -> CardOrder:
    return msgspec.structs.replace(CARD, ask=ask, document=document if ask == "signature" else None)


def with_card(
    step: st.CardStep,
    ask: CardAsk = "attributes",
    challenge: st.Challenge | None = None,
    command: str | None = None,
    **more: object,
) -> Kiosk:
    document = DOCUMENT if ask == "signature" else None
    request = st.CardRequest("c1", step, ask, document, challenge, command)
    made = call(card=request)
    lies = not isinstance(step, st.Asked | st.Placing)
    settings: dict[str, object] = {
        "server": view(ticket("serving", 1), card_order(ask)),
        "used": True,
        "card_in": lies,
        "dialogue": getattr(step, "dialogue", None),
        "dialogues": 7,
    } | more
    return kiosk(made, **settings)


TO_SIGN = bytes(51)
LINE = Line(id="l1", who="resident", text="耳が遠いです")
LET_GO = Postponed(
    ticket="t1",
    how="carry_over",
    number=12,
    day="11月20日(金)",
    code="048213",
    opens_at="11月24日(火) 午前9時",
)
STATES: dict[str, Kiosk] = {
    "Idle": kiosk(st.Idle()),
    "Idle, closed": kiosk(st.Idle(), server=view(is_open=False)),
    "Idle, link lost": kiosk(st.Idle(), link_up=False, link_lost=NOW - 120),
    "Choosing 1": kiosk(st.Choosing(1)),
    "Choosing 2": kiosk(st.Choosing(2)),
    "Keying a code": kiosk(st.Keying(what="code", digits="482913")),
    "Keying a code, wrong": kiosk(st.Keying(what="code", problem="unknown")),
    "Keying a telephone": kiosk(
        st.Keying(what="telephone", digits="09012345678", waiting=st.Waiting(ticket()))
    ),
    "Choosing, for later": kiosk(st.Choosing(1, later=True), server=reserving()),
    "Reserving, asking": kiosk(Reserving("talk", command="b-1"), server=reserving(), commands=1),
    "Reserving, places": kiosk(Reserving("talk", starts=PLACES), server=reserving()),
    "Reserving, choosing": kiosk(CHOSEN, server=reserving(), commands=1),
    "Reserving, days": kiosk(Reserving("talk", "days", PLACES), server=reserving()),
    "Reserving, times": kiosk(Reserving("talk", "times", PLACES, day="2026-11-25"), server=reserving()),
    "Reserving, telephone": kiosk(
        replace(CHOSEN, step="telephone", digits="09012345678", command=None), server=reserving()
    ),
    "Reserving, confirm": kiosk(replace(CHOSEN, step="confirm", command=None), server=reserving()),
    "Reserving, keeping": kiosk(replace(CHOSEN, step="confirm"), server=reserving(), commands=1),
    "Reserving, made": kiosk(
        replace(CHOSEN, step="made", command=None, made=MADE, until=NOW + 300), server=reserving()
    ),
    "Reserving, giving back": kiosk(
        Reserving("talk", "cancel", chosen=PLACES[0], digits="345678"), server=reserving()
    ),
    "Choosing, prompted": kiosk(st.Choosing(1), patience=st.Prompting(NOW + 30)),
    "Choosing, quitting": kiosk(st.Choosing(1), quitting=True),
    "Confirming": kiosk(st.Confirming("talk", since=NOW - 5)),
    "Confirming, just now": kiosk(st.Confirming("talk", since=NOW)),
    "Asking": kiosk(st.Asking("talk", "b-1", until=NOW + 25), commands=1),
    "Waiting": kiosk(st.Waiting(ticket()), server=view(ticket())),
    "Waiting, link lost": kiosk(st.Waiting(ticket()), server=view(ticket()), link_up=False),
    "Waiting, quitting": kiosk(st.Waiting(ticket()), server=view(ticket()), quitting=True),
    "Waiting, questions": waiting_with(asked()),
    "Waiting, at a question": waiting_with(asked("moved_on"), "dog"),
    "Waiting, answering": waiting_with(asked("moved_on"), "dog", "b-1"),
    "Connecting": in_call("connecting"),
    "Talking": in_call(voice="connected", voice_attempt=1, told_up=True, lines=(LINE,)),
    "Talking, still asked": in_call(still=st.StillOnDesk(1, "s1")),
    "Talking, still taking": in_call(still=st.StillOnDesk(1, "s1", "taking")),
    "Talking, still agreed": in_call(still=st.StillOnDesk(1, "s1", "agreed")),
    "Talking, quitting": replace(in_call(), quitting=True),
    "Talking, slip ordered": replace(in_call(), server=view(ticket("serving", 1), SLIP)),
    "Held": in_call("held"),
    "Card asked": with_card(st.Asked()),
    "Card placing": with_card(st.Placing()),
    "Card looking": with_card(st.Looking(dialogue=7)),
    "Card PIN 2": with_card(st.PinEntry(tries_left=3, entered=2)),
    "Card PIN 4": with_card(st.PinEntry(tries_left=3, entered=4)),
    "Card last try": with_card(st.LastTry()),
    "Card reading": with_card(st.Reading(dialogue=7)),
    "Card showing": with_card(st.Showing(DATA)),
    "Card unusable": with_card(st.CardUnusable("other_card", "other_card")),
    "Card locked": with_card(st.CardUnusable("pin_locked", "pin_locked", 0)),
    "Number awaited": with_card(st.AwaitingNumber(), "photo"),
    "Number reading": with_card(st.Reading(dialogue=7), "photo"),
    "Proof looking": with_card(st.Looking(dialogue=7), "identity"),
    "Proof PIN 4, asked": with_card(st.PinEntry(3, 4), "identity", st.Challenge(TO_SIGN, NOW + 60)),
    "Proof PIN 4, asked too long ago": with_card(st.PinEntry(3, 4), "identity", st.Challenge(TO_SIGN, NOW)),
    "Proof challenging": with_card(st.Challenging(NOW + 12), "identity"),
    "Proof reading": with_card(st.Reading(dialogue=7), "identity"),
    "Proof checking": with_card(st.Proving(NOW + 25), "identity", command="b-9"),
    "Password 5": with_card(st.PinEntry(5, 5), "signature"),
    "Password 6": with_card(st.PinEntry(5, 6), "signature"),
    "Password reading": with_card(st.Reading(dialogue=7), "signature"),
    "Farewell": kiosk(st.Farewell("t1", 12, "clerk", NOW - 5, NOW + 10), used=True),
    "Farewell, card left": kiosk(st.Farewell("t1", 12, "clerk", NOW - 60, NOW - 40), card_in=True),
    "Farewell, handset": kiosk(st.Farewell("t1", 12, "clerk", NOW - 60, NOW - 40), handset=True),
    "Wiping": kiosk(st.Wiping(12, NOW + 20), used=True),
    "Wiped": kiosk(st.Wiping(12, NOW + 5, done=True)),
    "Unserved": kiosk(st.Unserved("no_staff", NOW + 45)),
    "Unserved, carried over": kiosk(st.Unserved("carry_over", NOW + 300, 12, postponed=LET_GO)),
    "OutOfOrder": kiosk(st.OutOfOrder("revoked"), link_up=False),
}

HEALTHY = Device(name="printer", state="ok")
EVENTS: dict[str, ev.Event] = {
    **{f"touch {word}": ev.Touch(word) for word in ev.WORDS},
    "choose tennyu": ev.Choose("tennyu"),
    "choose nonsense": ev.Choose("nonsense"),
    "page 2": ev.Turn(2),
    "pick": ev.Pick(0),
    "pick nothing": ev.Pick(5),
    "digit 7": ev.Digit("7"),
    "digit delete": ev.Digit("delete"),
    **{f"leaf {where}": ev.Leaf(where) for where in get_args(ev.Leaf.__annotations__["where"])},
    "answers yes": ev.Answered(YES),
    "answers a day": ev.Answered(Dated(day=date(2026, 11, 20), origin="touched")),
    "answers a number": ev.Answered(People(births=(None, None), origin="touched")),
    "set large": ev.Set("large"),
    "set call_local": ev.Set("call_local"),
    "digit": ev.PinKey("digit"),
    "delete": ev.PinKey("delete"),
    "letter": ev.PinKey("letter"),
    "enter": ev.PinKey("enter"),
    "wrote": ev.Wrote(Line(id="l2", who="resident", text="はい")),
    "writes": ev.WritesNow(True),
    "button call": ev.Button("call"),
    "button repeat": ev.Button("repeat"),
    "button end": ev.Button("end"),
    "handset up": ev.HandsetMoved(True),
    "handset down": ev.HandsetMoved(False),
    "nobody here": ev.Seen(False),
    "welcomed": ev.Welcomed("見本市", "北公民館", "0000-00-0000"),
    "link lost": ev.LinkLost(),
    "barred": ev.Barred("revoked"),
    "view: nothing": ev.Viewed(view()),
    "view: closed": ev.Viewed(view(is_open=False)),
    "view: let go": ev.Viewed(struct_replace(view(is_open=False), postponed=LET_GO)),
    "view: waiting": ev.Viewed(view(ticket())),
    "view: connecting": ev.Viewed(view(ticket("connecting", 1))),
    "view: serving": ev.Viewed(view(ticket("serving", 1))),
    "view: serving anew": ev.Viewed(view(ticket("serving", 2))),
    "view: held": ev.Viewed(view(ticket("held", 1))),
    "view: wrapup": ev.Viewed(view(ticket("wrapup", 1))),
    "view: card order": ev.Viewed(view(ticket("serving", 1), CARD)),
    "view: slip order": ev.Viewed(view(ticket("serving", 1), SLIP)),
    "view: test print": ev.Viewed(view(None, TEST)),
    "view: restart order": ev.Viewed(view(None, RESTART)),
    "view: logs order": ev.Viewed(view(None, LOGS)),
    "questions": ev.QuestionsCame(asked("moved_on", "dog")),
    "questions of another": ev.QuestionsCame(asked(of="t9")),
    "places": ev.PlacesCame(Places(purpose="talk", starts=PLACES)),
    "reserved": ev.PlacesCame(MADE),
    "reservation found": ev.PlacesCame(BookingShown(starts=PLACES[0], purpose="talk")),
    "taken": ev.Replied("b-1", "taken"),
    "view: reservation order": ev.Viewed(
        view(None, PrintOrder(order="slip.k1", ticket=None, kind="booking"))
    ),
    "refused": ev.Replied("b-1", "closed"),
    "refused, unknown": ev.Replied("b-1", "unknown"),
    "answered": ev.Replied("b-1"),
    "clerk says": ev.Heard(1, Say(id="s1", text="こんにちは")),
    "old clerk says": ev.Heard(0, Say(id="s1", text="こんにちは")),
    "clerk types": ev.Heard(1, Typing(on=True)),
    "clerk muted": ev.Heard(1, MediaState(microphone=False, camera=True)),
    "paper": ev.PaperArrived("p1"),
    "attempt": ev.AttemptSeen(1, "voice", 1),
    "voice up": ev.VoiceIs(1, 1, "connected"),
    "voice failed": ev.VoiceIs(1, 1, "failed"),
    "old voice up": ev.VoiceIs(0, 1, "connected"),
    "eyes up": ev.EyesAre(1, 1, True),
    "eyes lost": ev.EyesAre(1, 1, False),
    "clerk silent": ev.ClerkPulse(1, False),
    "bad signature": ev.BadSignature(1, "voice"),
    "capturing": ev.Capturing(True),
    "paper shown": ev.PaperIs(1, "seen"),
    "old paper shown": ev.PaperIs(0, "seen"),
    "page shown": ev.LeafIs(1, 1, 2),
    "old page shown": ev.LeafIs(0, 1, 2),
    "still asked": ev.StillAsked(1, "s1"),
    "old still asked": ev.StillAsked(0, "s0"),
    "still dropped": ev.StillDropped(1, "s1"),
    "still taken": ev.StillTaken(1, "s1", "cut_off"),
    "still failed": ev.StillFailed(1, "s1"),
    "card in": ev.CardSituation(True),
    "card out": ev.CardSituation(False),
    "no reader": ev.CardSituation(False, "no_reader"),
    "looked: 3 tries": ev.CardLooked(7, 3),
    "looked: 1 try": ev.CardLooked(7, 1),
    "looked: locked": ev.CardLooked(7, 0),
    "other card": ev.CardIsOther(7, "other_card"),
    "looked: no counter": ev.CardLooked(7, None),
    "number came": ev.NumberCame(1, "c1"),
    "old number came": ev.NumberCame(0, "c1"),
    "to sign": ev.Challenged("c1", TO_SIGN),
    "proof refused": ev.Replied("b-9", "stale"),
    "no certificate": ev.CardIsOther(7, "no_certificate"),
    "photo read": ev.PhotoRead(7, b"jpeg"),
    "signed": ev.Signed(7, b"signature"),
    "document signed": ev.Signed(7, b"signature", b"certificate"),
    "number wrong": ev.NumberWrong(7, 9),
    "number locked": ev.NumberWrong(7, 0),
    "card read": ev.CardRead(7, DATA),
    "PIN wrong": ev.PinWrong(7, 2),
    "PIN wrong, 1 left": ev.PinWrong(7, 1),
    "PIN wrong, locked": ev.PinWrong(7, 0),
    "card moved": ev.CardFault(7, "moved"),
    "old dialogue": ev.CardRead(3, DATA),
    "tick": ev.Tick(),
    "clock": ev.Clock("午前9時"),
    "device": ev.DeviceIs(HEALTHY),
    "trouble": ev.Trouble("OSError somewhere"),
    "page came": ev.PageCame(),
    "page tall": ev.PageSized(1080),
    "page went": ev.PageWent(),
    "printed": ev.PrintEnded("p1", "printed"),
    "deed done": ev.DeedEnded("d1", "done"),
    "wiped": ev.Wiped(),
}
