"""What clients asked and were answered, and whether a journal agrees with every word of it."""

import asyncio
from collections import defaultdict
from typing import Any

import msgspec

from server.protocol import messages as m


class Asked(msgspec.Struct):
    """One command of one client; `refused` is what it was told, and counts once `answered`."""

    actor: str
    command: m.Command
    answered: bool = False
    refused: str | None = None


class History:
    """Everything all clients know."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.shown: dict[str, str] = {}  # ticket -> the kiosk that was shown it as its own
        self.answered = 0
        self.repeated = 0
        self._waiting: list[tuple[int, asyncio.Event]] = []

    def ask(self, actor: str, command: m.Command) -> Asked:
        """Write down a wish before it leaves."""
        asked = Asked(actor, command)
        self.asked.append(asked)
        return asked

    def answer(self, asked: Asked, reply: m.Reply) -> None:
        """Write down an answer that arrived."""
        asked.answered, asked.refused = True, reply.refused
        self.answered += 1
        for count, enough in self._waiting:
            if self.answered >= count:
                enough.set()

    async def reached(self, count: int) -> None:
        """Return once so many answers have arrived."""
        enough = asyncio.Event()
        self._waiting = [(count, enough)]
        await enough.wait()


Answers = dict[tuple[str, str], str | None]
Events = list[dict[str, Any]]


def examine(history: History, events: Events, answers: Answers) -> dict[str, list[str]]:
    """Return for each promise what breaks it: nothing, if it was kept."""
    return {
        "acknowledged commands lost": lost(history, events, answers),
        "tickets with two clerks": doubled(history, events),
        "commands done twice": repeated(history, events),
        "shown tickets that do not exist": [
            f"{ticket} at {kiosk}"
            for ticket, kiosk in history.shown.items()
            if not any(e["ticket"] == ticket and e["kiosk"] == kiosk for e in _of(events, "ticket_taken"))
        ],
    }


def lost(history: History, events: Events, answers: Answers) -> list[str]:
    """Return acknowledged commands whose answer, or whose effect, is not in the journal."""
    facts = {_key(event) for event in events}
    gone = list[str]()
    for asked in history.asked:
        if not asked.answered or asked.refused in (
            "store",
            "too_many",
        ):  # those promise that nothing happened
            continue
        name = f"{asked.actor} {asked.command.id} {type(asked.command).__name__}"
        if answers.get((asked.actor, asked.command.id), "never asked") != asked.refused:
            gone.append(f"{name}: its answer")
        elif asked.refused is None and not facts & _effects(asked):
            gone.append(f"{name}: its effect")
    return gone


def _effects(asked: Asked) -> set[tuple[object, ...]]:
    """Return facts of which at least one must stand in the journal once this was granted."""
    staff = asked.actor.removeprefix("staff:")
    match asked.command:
        case m.TakeTicket():
            return {("ticket_taken", asked.actor.removeprefix("kiosk:"))}
        case m.MediaIsUp(ticket=ticket):
            return {("call_started", ticket)}
        case m.SetReady():
            return {("staff_ready", staff)}
        case m.Accept(ticket=ticket, generation=generation):  # offered, or picked from the queue
            return {("ticket_accepted", ticket, staff, number) for number in (generation, generation + 1)}
        case m.EndCall(ticket=ticket):
            return {("call_ended", ticket)}
        case m.FinishWrapup(ticket=ticket):
            return {("wrapup_finished", ticket)}
        case other:
            raise AssertionError(type(other).__name__)


def _key(event: dict[str, Any]) -> tuple[object, ...]:
    match event["type"]:
        case "ticket_taken":
            return ("ticket_taken", event["kiosk"])
        case "ticket_accepted":
            return ("ticket_accepted", event["ticket"], event["staff"], event["generation"])
        case "staff_ready":
            return ("staff_ready", event["staff"])
        case kind:
            return (kind, event.get("ticket"))


def doubled(history: History, events: Events) -> list[str]:
    """Return tickets two clerks had at once: by the journal's order, or by what the clerks were told."""
    holder, wrong = dict[str, str](), list[str]()
    for event in events:
        ticket = event.get("ticket", "")
        match event["type"]:
            case "ticket_offered" | "ticket_accepted":
                if holder.get(ticket, event["staff"]) != event["staff"]:
                    wrong.append(f"{ticket}: {holder[ticket]} and {event['staff']}")
                if any(who == event["staff"] and other != ticket for other, who in holder.items()):
                    wrong.append(f"{event['staff']} has two tickets")
                holder[ticket] = event["staff"]
            case (
                "ticket_returned"
                | "wrapup_finished"
                | "ticket_cancelled"
                | "ticket_abandoned"
                | "ticket_expired"
            ):
                holder.pop(ticket, None)
            case _:
                pass
    told = defaultdict[tuple[str, int], set[str]](set)
    for asked in history.asked:
        if isinstance(asked.command, m.Accept) and asked.answered and asked.refused is None:
            told[asked.command.ticket, asked.command.generation].add(asked.actor)
    return wrong + [f"{ticket}: {sorted(who)}" for (ticket, _), who in told.items() if len(who) > 1]


def repeated(history: History, events: Events) -> list[str]:
    """Return kiosks with more tickets than they asked for, and visits that ended twice."""
    wishes, tickets = defaultdict[str, int](int), defaultdict[str, int](int)
    for asked in history.asked:
        if isinstance(asked.command, m.TakeTicket) and not (asked.answered and asked.refused is not None):
            wishes[asked.actor.removeprefix("kiosk:")] += 1
    for event in _of(events, "ticket_taken"):
        tickets[event["kiosk"]] += 1
    wrong = [
        f"{kiosk}: {tickets[kiosk]} for {wishes[kiosk]}"
        for kiosk in tickets
        if tickets[kiosk] > wishes[kiosk]
    ]
    ended = [event["ticket"] for event in _of(events, "wrapup_finished")]
    return wrong + [f"{ticket} ended twice" for ticket in {one for one in ended if ended.count(one) > 1}]


def _of(events: Events, kind: str) -> Events:
    return [event for event in events if event["type"] == kind]
