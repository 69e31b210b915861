"""What was written into a form answers the questionnaire as well; nobody is asked it a second time."""

from collections import Counter
from datetime import date
from typing import Protocol

from server.core.checklist import answers as a
from server.core.checklist.case import CaseSheet, Given, give, known
from server.core.checklist.catalogue import LifeEvent
from server.protocol.values import Answer, Chosen, Dated, Key, People, StaffId


class News(Protocol):
    """What forms have learnt: facts as forms write them, births as ISO days."""

    @property
    def facts(self) -> dict[Key, str]: ...
    @property
    def come(self) -> tuple[str, ...]: ...
    @property
    def gone(self) -> tuple[str, ...]: ...
    @property
    def births(self) -> tuple[str, ...]: ...


def heard(event: LifeEvent, case: CaseSheet, news: News, at: float, by: StaffId) -> CaseSheet:
    """Take over what forms have learnt, as said in the conversation; what this event does not ask is left out."""
    for question in event.questions:
        told = known(case).get(question.id)
        answer: Answer | None = None
        match question.type:
            case "yn" | "choice":
                if question.id in news.facts:
                    answer = Chosen(option=news.facts[question.id], origin="said")
            case "date":
                if question.id in news.facts:
                    answer = Dated(day=date.fromisoformat(news.facts[question.id]), origin="said")
            case "persons":
                if news.come or news.gone:
                    answer = _household(told if isinstance(told, People) else None, news)
        if answer is None or not a.fits(event, question.id, answer) or _same(told, answer):
            continue
        case = give(case, question.id, Given(answer=answer, at=at, by=by))
    return case


def _household(told: People | None, news: News) -> People:
    """Change the births that changed. A household nobody has counted stays open: a form half written proves no absence."""
    births = list(told.births) if told is not None else []
    come, written = [date.fromisoformat(day) for day in news.come], Counter(news.births)
    for day in map(date.fromisoformat, news.gone):
        if day in births:
            at = births.index(day)
            births[at : at + 1] = [come.pop(0)] if come else [] if len(births) > 1 else [None]
    for day in come:
        if births.count(day) >= written[day.isoformat()]:
            continue  # the questionnaire knew; of twins it has both
        free = next((at for at, birth in enumerate(births) if birth is None), len(births))
        births[free : free + 1] = [day]
    return People(births=tuple(births[:30]), complete=told is not None and told.complete, origin="said")


def _same(told: Answer | None, answer: Answer) -> bool:
    match told, answer:
        case Chosen(option=one), Chosen(option=other):
            return one == other
        case Dated(day=one), Dated(day=other):
            return one == other
        case People(births=one), People(births=other):
            return one == other
        case _, _:
            return False
