"""A city small enough to hold in the head, for the checklist's own tests."""

from datetime import date

from server.core.checklist import catalogue as c
from server.core.checklist.answers import Answer, Chosen
from server.core.checklist.deadline import OpenDays

TODAY = date(2026, 11, 24)
CALENDAR = OpenDays(
    first=date(2026, 1, 1),
    last=date(2027, 12, 31),
    weekly=frozenset({5, 6}),
    closed=frozenset({date(2026, 11, 23)}),
)
COMMON = c.Common(
    schema=1,
    municipality="mihon",
    closed_days=c.ClosedDays(),
    counters={
        "madoguchi": c.Counter(name="窓口課", plain="窓口"),
        "kasai": c.Counter(name="家庭裁判所", plain="裁判所", external=True),
    },
    items={},
    remote_levels={"complete": "完了", "accept": "受付", "prefill": "下書き", "guide": "案内"},
)
LABEL = c.Label(formal="転居", plain="引っ越した", yasashii="ひっこした")


def yn(fact: str, **more: object) -> c.Question:
    return c.Question(id=fact, type="yn", ask=f"{fact}ですか", **more)  # type: ignore[arg-type]


def procedure(name: str, when: c.Condition, **more: object) -> c.Procedure:
    settings: dict[str, object] = {"counter": "madoguchi", "remote": "accept", "conf": "K", **more}
    return c.Procedure(id=name, name=f"{name}の届", when=when, **settings)  # type: ignore[arg-type]


def event(*procedures: c.Procedure, questions: tuple[c.Question, ...] = (), **more: object) -> c.LifeEvent:
    return c.LifeEvent(id="tenkyo", label=LABEL, questions=questions, procedures=procedures, **more)  # type: ignore[arg-type]


def city(*events: c.LifeEvent) -> c.Catalogue:
    return c.Catalogue(version="0" * 16, common=COMMON, events={e.id: e for e in events})


def is_(fact: str, value: str = "yes") -> c.Is:
    return c.Is(fact=fact, value=value)


def said(**given: str) -> dict[str, Answer]:
    return {fact: Chosen(option=option, origin="said") for fact, option in given.items()}
