"""Casework for the scripted server: the product's own decisions on the shipped procedures, kept in memory."""

from datetime import date
from typing import Any

import msgspec
from msgspec.structs import replace

from server.core.checklist import case as c
from server.core.checklist.page import SheetPage, sheet_page
from server.core.checklist.sheet import printable, sheet
from server.core.forms.served import Served
from server.documents.checklist import Frame, checklist_receipt
from server.documents.papers import Papers, png
from server.http.cases import CasePage, EventRow, HandOver
from server.http.finished import History, Visit
from server.procedures.calendar import open_days
from server.procedures.load import SHIPPED, load
from server.protocol.values import Answer, Chosen, Dated, People, StaffId

TODAY = date(2026, 11, 24)
SATO = StaffId("s-sato")
AT = 1_795_485_600.0
TOUCHED: dict[str, Answer] = {
    "moved_on": Dated(day=date(2026, 11, 20), origin="touched"),
    "from_abroad": Chosen(option="no", origin="touched"),
    "persons": People(births=(None,) * 4, origin="touched"),
    "shakai_hoken": Chosen(option="no", origin="touched"),
}

VISIT = Visit(
    ticket="t9",
    number=9,
    purpose="tennyu",
    site="南支所",
    staff="鈴木 一",
    result="done",
    minutes_ago=42,
    day="2026-11-21",
    notes=1,
)


class CaseDesk:
    """One case."""

    def __init__(self) -> None:
        self.catalogue = load(SHIPPED)
        self.days = open_days(self.catalogue.common.closed_days, TODAY)
        self.case: c.CaseSheet | None = None
        self.record = c.CaseRecord()
        self.served: dict[str, Served] = {}

    def begin(self, event: str, given: dict[str, Answer] | None = None) -> None:
        """Start anew with these answers."""
        self.case = c.CaseSheet(event=event, version=self.catalogue.version)
        for fact, answer in (given or {}).items():
            self.case = c.give(self.case, fact, c.Given(answer=answer, at=AT))

    def answer(self, path: str, body: dict[str, Any]) -> tuple[bytes, str]:
        """Return what the API would, and its type."""
        match path:
            case "case/event":
                self.begin(body["event"])
            case "previsit":
                self.begin(body["event"])
            case "try":
                told = msgspec.convert(body.get("answers", {}), dict[str, Answer])
                self.begin(body["event"], told)
            case "case/answer" | "previsit/answer" if self.case is not None:
                origin = "phone" if path.startswith("previsit") else "said"
                given = msgspec.convert(body["answer"], Answer | None)
                if given is None:
                    self.case = c.take_back(self.case, body["fact"], origin)
                else:
                    word = msgspec.structs.replace(given, origin=origin)
                    self.case = c.give(self.case, body["fact"], c.Given(answer=word, at=AT, by=SATO))
            case "case/outcome":
                result = body["result"]
                outcome = None if result is None else c.Outcome(result=result, at=AT, by=SATO)
                self.record = c.settle(self.record, body["line"], outcome)
            case "case/note":
                self.record = c.note(self.record, c.Note(id=body["id"], text=body["text"], at=AT, by=SATO))
            case "case/history":
                return msgspec.json.encode(History(visits=(VISIT,))), "application/json"
            case "case/earlier":
                day, number = body["day"], body["number"] or 31
                there = replace(VISIT, number=number, day=day, mine=True) if number < 40 else None
                visits = () if there is None else (there,)
                return msgspec.json.encode(History(visits=visits)), "application/json"
            case "case/hand-over":
                over = HandOver(
                    number=9,
                    title="引っ越してきた",
                    lines=(),
                    open=("転入届を出す",),
                    notes=("折り返し 電話する",),
                )
                return msgspec.json.encode(over), "application/json"
            case "case/picture":
                return self.picture(), "image/png"
            case _:
                pass
        events = tuple(EventRow(id=e.id, label=e.label.plain) for e in self.catalogue.events.values())
        code = "407193" if path.startswith("previsit") else ""
        return msgspec.json.encode(
            CasePage(
                events=events,
                page=self.page(),
                notes=self.record.notes,
                served=self.served,
                code=code,
                days=14.0,
            )
        ), "application/json"

    def page(self) -> SheetPage | None:
        if self.case is None:
            return None
        event = self.catalogue.events[self.case.event]
        return sheet_page(
            self.catalogue, event, self.case, self.record, TODAY, self.days, current=self.catalogue.version
        )

    def picture(self) -> bytes:
        assert self.case is not None
        event = self.catalogue.events[self.case.event]
        judged = printable(event, sheet(self.catalogue, event, c.known(self.case), TODAY, self.days))
        frame = Frame(city="見本市", site="北公民館", number=12, at=AT, telephone="0000-00-1234")
        return png(checklist_receipt(Papers(), judged, frame))
