"""What a city knows of procedures: life events, their questions, and what follows from the answers.

The city's staff write it as YAML (`server.procedures` reads it and names every mistake); what is decided from it is
decided in this package. A catalogue has a `version`, the hash of the files it came from: a case names the version it
was begun with, and keeps it when the files change.
"""

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from server.protocol.values import Key

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Confidence = Literal["S", "K", "U"]
"""S: a source was read. K: general knowledge of the law. U: differs from city to city, to be confirmed."""
Print = Literal["plain", "hide_name", "never"]
Remote = Literal["complete", "accept", "prefill", "guide"]
Audience = Literal["resident", "staff"]


class Written(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what people write in YAML: an unknown key is a spelling mistake, not an extension."""


# ---------------------------------------------------------------- conditions


class Always(Written, frozen=True, kw_only=True, tag_field="type", tag="always"):
    """Holds for everybody."""


class Maybe(Written, frozen=True, kw_only=True, tag_field="type", tag="maybe"):
    """No question decides it: a person has to look."""


class Is(Written, frozen=True, kw_only=True, tag_field="type", tag="is"):
    """The answer to `fact` is `value`."""

    fact: Key
    value: Key


class Since(Written, frozen=True, kw_only=True, tag_field="type", tag="since"):
    """The date answered to `fact` is `day` or later."""

    fact: Key
    day: date


class Not(Written, frozen=True, kw_only=True, tag_field="type", tag="not"):
    """The opposite of `of`; the opposite of unknown is unknown."""

    of: "Condition"


class All(Written, frozen=True, kw_only=True, tag_field="type", tag="all"):
    """Every one of `of` holds."""

    of: "Annotated[tuple[Condition, ...], Meta(min_length=1)]"


class AnyOf(Written, frozen=True, kw_only=True, tag_field="type", tag="any"):
    """At least one of `of` holds."""

    of: "Annotated[tuple[Condition, ...], Meta(min_length=1)]"


Condition = Always | Maybe | Is | Since | Not | All | AnyOf


# ---------------------------------------------------------------- questions


class Derivation(Written, frozen=True, kw_only=True):
    """A yes or no that follows from birth dates: is there somebody whose age lies in `least..most`?

    `school_age` is the age on 1 April of the running school year: 6-14 goes to school, up to 17 is 「18歳になった年度末まで」.
    """

    ask: Name
    measure: Literal["age", "school_age"]
    least: Annotated[int, Meta(ge=0, le=150)] = 0
    most: Annotated[int, Meta(ge=0, le=150)] = 150


class Question(Written, frozen=True, kw_only=True):
    """One thing to ask, in the words of the people who answer it."""

    id: Key
    type: Literal["yn", "date", "choice", "persons"]
    ask: Name
    yomi: str | None = None
    help: str | None = None
    ask_if: Condition = Always()
    options: dict[Key, Name] = {}
    derives: dict[Key, Derivation] = {}
    source: tuple[Literal["card", "record", "tenshutsu_shomei"], ...] = ()
    by_card: Key | None = None  # what a card that was read in this visit answers: that there is one
    sensitive: bool = False
    channel: Literal["everybody", "staff_only"] = "everybody"


# ---------------------------------------------------------------- procedures


class Span(Written, frozen=True, kw_only=True, tag_field="type", tag="span"):
    """So many days, months or years from a base date. `severe` says what is lost after it; such a day never rolls."""

    n: Annotated[int, Meta(ge=1, le=1000)]
    unit: Literal["day", "month", "year"]
    start: Key = msgspec.field(name="from")
    first_day: Literal["included", "excluded"] = "excluded"  # 民法140条; 戸籍法43条 counts the day itself
    roll: Literal["next_open_day", "none"] = "none"  # 地方自治法4条の2; unmarked: not rolled, the safe side
    severe: str | None = None
    note: str | None = None
    only_if: Condition = Always()


class Spoken(Written, frozen=True, kw_only=True, tag_field="type", tag="spoken"):
    """A deadline that is a sentence, not a day: 「すみやかに」."""

    text: Name
    note: str | None = None


Deadline = Span | Spoken


class Belonging(Written, frozen=True, kw_only=True):
    """One thing to bring, and for whom."""

    id: Key | None = None  # of the city's common items: brought once, however many procedures want it
    name: Name
    plain: str | None = None
    note: str | None = None
    when: Condition = Always()


class Money(Written, frozen=True, kw_only=True):
    """What one receives, in yen; None where it differs and has to be looked up."""

    amount: Annotated[int, Meta(ge=0)] | None = None
    note: str | None = None
    conf: Confidence


class Law(Written, frozen=True, kw_only=True):
    """The rule a procedure rests on. An article of "U" or "K" is one nobody has looked up yet."""

    name: Name
    art: str | None = None


class Procedure(Written, frozen=True, kw_only=True):
    """One thing a household may have to do."""

    id: Key
    name: Name
    when: Condition
    counter: Key
    remote: Remote
    conf: Confidence
    deadline: Deadline | None = None
    bring: tuple[Belonging, ...] = ()
    auto: str | None = None  # what makes it happen without anybody coming
    give: str | None = None  # what is handed out
    money: Money | None = None
    form: Key | None = None
    done_is: Key | None = None  # the date that is the day on which this was done
    handout: Key | None = None
    print: Print = "plain"
    print_name: str | None = None  # instead of the name, where it is hidden on paper
    note: str | None = None
    warn: str | None = None
    link: tuple[Key, ...] = ()
    law: tuple[Law, ...] = ()
    source: str | None = None  # where we read it
    effective_from: date | None = None
    effective_until: date | None = None  # the last day it holds


# ---------------------------------------------------------------- life events


class Label(Written, frozen=True, kw_only=True):
    """A life event in the law's words, in ordinary words, in やさしい日本語."""

    formal: Name
    plain: Name
    yasashii: Name


class BaseDate(Written, frozen=True, kw_only=True):
    """A day deadlines count from; while it is unknown, `earlier` may stand in: never later, so on the safe side."""

    label: Name
    earlier: Key | None = None


class Privacy(Written, frozen=True, kw_only=True):
    """What must not be said or shown of a delicate event."""

    title_on_screen: Name | None = None
    receipt_title: Name | None = None
    speak: bool = True
    ask_in_call_only: bool = False
    dv_flag: Literal["staff_only"] | None = None


class Tone(Written, frozen=True, kw_only=True):
    """How to speak in this event."""

    opening: str | None = None
    chime: Literal["none", "soft"] | None = None
    bgm: Literal["none"] | None = None
    avoid: tuple[str, ...] = ()


class LifeEvent(Written, frozen=True, kw_only=True):
    """One of the events people come with: a questionnaire, and what follows from it."""

    id: Key = msgspec.field(name="event")
    label: Label
    base_dates: dict[Key, BaseDate] = {}
    questions: tuple[Question, ...]
    procedures: tuple[Procedure, ...]
    privacy: Privacy = Privacy()
    tone: Tone = Tone()
    subjects: dict[Key, Name] = {}


# ---------------------------------------------------------------- the city


class Counter(Written, frozen=True, kw_only=True):
    """Where something is done; `external` ones belong to somebody else, and we only point there."""

    name: Name
    plain: Name
    also: tuple[Key, ...] = ()
    external: bool = False
    conf: Confidence | None = None


class Item(Written, frozen=True, kw_only=True):
    """A thing many procedures want to see."""

    name: Name
    plain: str | None = None
    note: str | None = None


class ClosedDays(Written, frozen=True, kw_only=True):
    """When city hall is closed, as its rules say: days of the week, the state's holidays, and its own days."""

    weekly: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = ("sat", "sun")
    holidays: Literal["jp", "none"] = "jp"
    extra: tuple[Annotated[str, Meta(pattern=r"^(\d{4}-)?\d\d-\d\d(\.\.(\d{4}-)?\d\d-\d\d)?$")], ...] = ()


class Common(Written, frozen=True, kw_only=True):
    """What the life events of one city share."""

    schema: Literal[1]
    municipality: Key
    closed_days: ClosedDays
    counters: dict[Key, Counter]
    branches: dict[Key, Name] = {}
    items: dict[Key, Item]
    remote_levels: dict[Remote, Name]


class Certificate(Written, frozen=True, kw_only=True):
    """A paper the city issues; `options` are the things that may be written on it or left out."""

    id: Key
    name: Name
    fee: Annotated[int, Meta(ge=0)]
    fee_basis: str | None = None
    options: dict[Key, Name] = {}
    fields: tuple[Key, ...] = ()


class CertificateRule(Written, frozen=True, kw_only=True):
    """What stands between a wish and its certificate; without `option` it is about the certificate as a whole."""

    certs: Annotated[tuple[Key, ...], Meta(min_length=1)]
    option: Key | None = None
    allow_whose: tuple[Key, ...] = ()  # empty: everybody's
    require: Key | None = None
    note: Name
    conf: Confidence = "K"


class CertificateForm(Written, frozen=True, kw_only=True):
    """証明書交付請求書: who asks, for whose, which, how many, what for."""

    form: Key
    title: Label
    whose: dict[Key, Name]
    purposes: dict[Key, Name]
    purpose_required_for: tuple[Key, ...] = ()
    receive: dict[Key, Name]
    fields: dict[Key, Name]
    certs: tuple[Certificate, ...]
    rules: tuple[CertificateRule, ...] = ()
    fees_conf: Confidence


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """Everything one city's checklists rest on, at one version."""

    version: Annotated[str, Meta(pattern=r"^[0-9a-f]{16}$")]
    common: Common
    events: dict[Key, LifeEvent]
    certificates: CertificateForm | None = None
