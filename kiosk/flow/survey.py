"""The questionnaire while waiting: one question a screen, left and taken up again at will.

Rule 1: the server has every answer before the next question is shown, so a clerk who answers interrupts nothing.
Rule 2: what was answered is in `Waiting.survey` only, and goes with it.
"""

from dataclasses import replace
from typing import Literal

from kiosk.flow import effects as do
from kiosk.flow.events import Answered, Leaf, QuestionsCame, Replied
from kiosk.flow.moves import Next, become, numbered, stay
from kiosk.flow.states import Kiosk, Survey, Waiting
from server.protocol.messages import AnswerQuestion
from server.protocol.values import QuestionForKiosk

Progress = Literal["none", "offered", "some", "done"]


def questions_came(kiosk: Kiosk, event: QuestionsCame) -> Next:
    """Take over what the server asks; a question that no longer applies is left for the next open one."""
    waiting = kiosk.state
    if not isinstance(waiting, Waiting) or event.questions.ticket != waiting.ticket.id:
        return stay(kiosk)
    if waiting.survey is None:
        return become(kiosk, replace(waiting, survey=Survey(event.questions)))
    survey = replace(waiting.survey, questions=event.questions)
    if survey.at is not None and survey.sending is None and _current(survey) is None:
        survey = replace(survey, at=_next_open(survey, None))
    return become(kiosk, replace(waiting, survey=survey))


def leafed(kiosk: Kiosk, event: Leaf) -> Next:
    """Answer a touch that begins, leaves or leafs through the questions."""
    waiting = kiosk.state
    if not isinstance(waiting, Waiting):
        return stay(kiosk)
    survey = waiting.survey
    if survey is None or not survey.questions.questions or not offered(kiosk):
        return stay(kiosk)
    match event.where:
        case "questions":
            first = survey.questions.questions[0].id
            at = survey.at or _next_open(survey, None) or first  # all answered: look through them again
            return become(kiosk, replace(waiting, survey=replace(survey, at=at)))
        case "questions_later":
            return become(kiosk, replace(waiting, survey=replace(survey, at=None)))
        case "questions_back":
            if survey.sending is not None:
                return stay(kiosk)
            ids = [question.id for question in survey.questions.questions]
            index = ids.index(survey.at) if survey.at in ids else 0
            at = ids[index - 1] if index > 0 else None
            return become(kiosk, replace(waiting, survey=replace(survey, at=at)))


def answered(kiosk: Kiosk, event: Answered) -> Next:
    """Send an answer to the question on the screen; one at a time."""
    waiting = kiosk.state
    if not isinstance(waiting, Waiting) or waiting.survey is None or kiosk.quitting:
        return stay(kiosk)
    survey = waiting.survey
    question = _current(survey)
    if question is None or survey.sending is not None or not _fits(question, event):
        return stay(kiosk)
    kiosk, command = numbered(kiosk)
    told = AnswerQuestion(id=command, ticket=waiting.ticket.id, question=question.id, answer=event.answer)
    return become(kiosk, replace(waiting, survey=replace(survey, sending=command)), do.Tell(told))


def survey_replied(kiosk: Kiosk, waiting: Waiting, event: Replied) -> Next:
    """Go on once the answer is safe; one that was refused for now may be given again."""
    survey = waiting.survey
    if survey is None or survey.sending != event.id:
        return stay(kiosk)
    survey = replace(survey, sending=None)
    if survey.at is not None and event.refused not in ("store", "too_many"):
        survey = replace(survey, at=_next_open(survey, survey.at))
    return become(kiosk, replace(waiting, survey=survey))


def offered(kiosk: Kiosk) -> bool:
    """Say whether we have words for the questions: the city writes them in Japanese."""
    return kiosk.settings.language != "en"


def progress(kiosk: Kiosk, waiting: Waiting) -> Progress:
    """Return how far the resident has come."""
    survey = waiting.survey
    if survey is None or not survey.questions.questions or not offered(kiosk):
        return "none"
    given = sum(question.answer is not None for question in survey.questions.questions)
    if given == 0:
        return "offered"
    return "done" if given == len(survey.questions.questions) else "some"


def _current(survey: Survey) -> QuestionForKiosk | None:
    return next((question for question in survey.questions.questions if question.id == survey.at), None)


def _next_open(survey: Survey, after: str | None) -> str | None:
    """Return the next question without an answer, those before `after` last."""
    ids = [question.id for question in survey.questions.questions]
    start = ids.index(after) + 1 if after in ids else 0
    around = survey.questions.questions[start:] + survey.questions.questions[:start]
    return next((one.id for one in around if one.answer is None and one.id != after), None)


def _fits(question: QuestionForKiosk, event: Answered) -> bool:
    kinds = {"chosen": ("yn", "choice", "date", "persons"), "dated": ("date",), "people": ("persons",)}
    return question.kind in kinds[str(type(event.answer).__struct_config__.tag)]
