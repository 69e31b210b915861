"""Households as they come to the window, and their sheets as tables a reviewer reads.

`python -m tests.server.procedures.households` writes the tables anew; the difference is what to review.
"""

from datetime import date
from pathlib import Path

from server.core.checklist.answers import Answer, Chosen, Dated, Origin, People
from server.core.checklist.sheet import Sheet, sheet
from server.procedures.calendar import open_days
from server.procedures.load import SHIPPED, load

TODAY = date(2026, 11, 24)
TABLES = Path(__file__).with_name("golden")
D = date


def answers(origin: Origin = "said", **given: str | date | tuple[date | None, ...]) -> dict[str, Answer]:
    """Say what a household answered; a tuple is the birth dates of its people."""
    found: dict[str, Answer] = {}
    for fact, value in given.items():
        if isinstance(value, str):
            found[fact] = Chosen(option=value, origin=origin)
        elif isinstance(value, tuple):
            found[fact] = People(births=value, origin=origin)
        else:
            found[fact] = Dated(day=value, origin=origin)
    return found


def said(yes: str = "", no: str = "", **others: str | date | tuple[date | None, ...]) -> dict[str, Answer]:
    """Write many yes and no answers in two lists."""
    flat = dict.fromkeys(yes.split(), "yes") | dict.fromkeys(no.split(), "no")
    return answers(**flat, **others)


HOUSEHOLDS: dict[str, dict[str, dict[str, Answer]]] = {
    "tennyu": {
        "nothing answered": {},
        "woman of 82 with a dog": said(
            "mnc kaigo_nintei nenkin_jukyu dog inkan suido",
            "from_abroad shakai_hoken nenkin1 foreign join_household moped jiritsu seiho ninshin",
            moved_on=D(2026, 11, 21), planned_out=D(2026, 11, 20), tennyu_filed_on=D(2026, 11, 24),
            persons=(D(1944, 5, 3),), techo="unknown",
        ),
        "family with a pupil and a baby": said(
            "mnc shakai_hoken suido hoiku", "from_abroad nenkin1 nenkin_jukyu kaigo_nintei techo jiritsu single_parent "
            "ninshin dog moped inkan foreign join_household seiho",
            moved_on=D(2026, 11, 14), planned_out=D(2026, 11, 14),
            persons=(D(1990, 1, 1), D(1991, 1, 1), D(2018, 4, 1), D(2026, 2, 1)),
        ),
        "one from abroad into a household": said(
            "from_abroad join_household foreign moped", "mnc shakai_hoken seiho dog", moved_on=D(2026, 12, 15),
            persons=(D(1999, 1, 1),),
        ),
    },
    "tenkyo": {
        "nothing answered": {},
        "old couple": said("mnc kaigo_nintei suido", "join_household kokuho techo dog foreign",
                           moved_on=D(2026, 11, 21), persons=(D(1944, 5, 3), D(1941, 1, 1))),
        "mother with a pupil": said("mnc kokuho dog", "join_household kaigo_nintei techo foreign suido",
                                    moved_on=D(2026, 11, 2), persons=(D(1990, 5, 3), D(2015, 4, 2))),
    },
    "tenshutsu": {
        "nothing answered": {},
        "old man into care": said("age75 kaigo_nintei inkan suido", "mnc kokuho jido school moped techo",
                                  planned_out=D(2026, 12, 1)),
        "family": said("mnc kokuho jido school moped", "age75 kaigo_nintei inkan suido techo",
                       planned_out=D(2027, 3, 28)),
    },
    "shussei": {
        "nothing answered": {},
        "employed parents": said("", "todoke_done kokuho mother_kokunen komuin hitorioya small",
                                 born_on=D(2026, 11, 15)),
        "mother alone, on 国保": said("todoke_done kokuho mother_kokunen hitorioya small", "komuin",
                                    born_on=D(2026, 11, 10)),
    },
    "shibo": {
        "nothing answered": {},
        "husband of a widow, with a house": said(
            "todoke_done was_head age75 age65 kaigo pension_recv same_livelihood house_land suido mnc inkan koseki_need",
            "remain2 child_u18 kokunen_paid techo iryosho forest kei shiei dog jokaso bochi debt",
            died_on=D(2026, 11, 10), known_on=D(2026, 11, 10), funeral_on=D(2026, 11, 13), hoken="kouki",
            kosei="unknown", farmland="unknown", relation="spouse",
        ),
        "father of small children, with debts": said(
            "was_head remain2 child_u18 jido same_livelihood kokunen_paid kei mnc debt", "todoke_done age75 age65 kaigo "
            "pension_recv techo iryosho house_land farmland forest shiei suido dog jokaso bochi inkan koseki_need",
            died_on=D(2026, 11, 18), hoken="kokuho",
        ),
        "farmer, found by a nephew": said(
            "todoke_done pension_recv kosei farmland forest dog jokaso bochi shiei", "age75 same_livelihood debt",
            died_on=D(2026, 8, 30), known_on=D(2026, 9, 4), hoken="unknown", relation="relative",
        ),
    },
    "konin": {
        "nothing answered": {},
        "takes the other name and moves": said(
            "filed name_change addr_change mnc inkan", "child", filed_on=D(2026, 11, 22), moved_on=D(2026, 11, 22),
            hoken_change="kokuho"),
        "nothing changes": said("", "filed name_change addr_change mnc inkan child", hoken_change="same"),
    },
    "rikon": {
        "nothing answered": {},
        "by court, with a child, in fear": said(
            "court keep_name child was_fuyo addr_change mnc unsafe", "filed", divorced_on=D(2026, 11, 13),
            moved_on=D(2026, 11, 15)),
        "agreed, before the new law": said("filed", "court keep_name child was_fuyo addr_change mnc unsafe",
                                           divorced_on=D(2026, 3, 31)),
    },
}  # fmt: skip


def table(judged: Sheet) -> str:
    """Print a sheet as a reviewer reads it."""
    rows = ["| line | state | day | counted | bring | group | why |", "|---|---|---|---|---|---|---|"]
    for line in judged.lines:
        day = line.due.day.isoformat() if line.due and line.due.day else ""
        late = " !" if line.due and line.due.overdue else ""
        bring = "・".join(thing.name + ("?" if thing.state == "check" else "") for thing in line.bring)
        why = line.why or "、".join(f"{cite.asked}→{cite.answered}" for cite in line.because)
        how = line.due.how if line.due else ""
        rows.append(f"| {line.name} | {line.state} | {day}{late} | {how} | {bring} | {line.group} | {why} |")
    return "\n".join(rows)


def tables(event: str) -> str:
    """Print the sheets of all households with one life event."""
    catalogue = load(SHIPPED)
    calendar = open_days(catalogue.common.closed_days, TODAY)
    parts = [
        f"## {name}\n\n{table(sheet(catalogue, catalogue.events[event], given, TODAY, calendar))}\n"
        for name, given in HOUSEHOLDS[event].items()
    ]
    return f"# {event}\n\n" + "\n".join(parts)


def main() -> None:
    """Write all tables."""
    TABLES.mkdir(exist_ok=True)
    for event in HOUSEHOLDS:
        (TABLES / f"{event}.md").write_text(tables(event), encoding="utf-8")


if __name__ == "__main__":
    main()
