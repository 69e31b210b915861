"""What a visit answers by itself: nobody is asked for what a card showed, or for the day on which a thing was done."""

from datetime import date

from server.core.checklist import answers as a
from server.core.checklist.case import CaseSheet, Given, Outcome, give, known, take_back
from server.core.checklist.catalogue import LifeEvent
from server.protocol.values import Chosen, Dated, Key


def card_seen(event: LifeEvent, case: CaseSheet, at: float) -> CaseSheet:
    """Let a card that was read in this visit answer what it answers, once: whoever overrules it later is heard."""
    for question in event.questions:
        if question.by_card is None:
            continue
        if any(word.answer.origin == "card" for word in case.given.get(question.id, ())):
            continue
        answer = Chosen(option=question.by_card, origin="card")
        if a.fits(event, question.id, answer):
            case = give(case, question.id, Given(answer=answer, at=at))
    return case


def settled(
    event: LifeEvent, case: CaseSheet, line: Key, before: Outcome | None, after: Outcome | None, day: date
) -> CaseSheet:
    """Let a line that became 「完了」 give the date it stands for; taken back, it takes only its own word along."""
    fact = next((one.done_is for one in event.procedures if one.id == line), None)
    if fact is None:
        return case
    if after is not None and after.result == "done":
        answer = Dated(day=day, origin="said")
        if isinstance(known(case).get(fact), Dated) or not a.fits(event, fact, answer):
            return case
        return give(case, fact, Given(answer=answer, at=after.at, by=after.by))
    if before is None or before.result != "done":
        return case
    # The word that came from the line carries the line's own moment; a date a clerk typed does not.
    said = [one for one in case.given.get(fact, ()) if one.answer.origin == "said"]
    return take_back(case, fact, "said") if any(one.at == before.at for one in said) else case
