"""What one file promises about another part of it, or about another file, must be there."""

from collections.abc import Iterable, Iterator, Mapping

from server.core.checklist import answers as a
from server.core.checklist.catalogue import (
    All,
    Always,
    AnyOf,
    CertificateForm,
    Common,
    Condition,
    Is,
    LifeEvent,
    Maybe,
    Not,
    Procedure,
    Question,
    Since,
    Span,
)
from server.core.checklist.logic import asked_about
from server.procedures.reading import Place, Problem, Tree
from server.protocol.values import Key

Kinds = Mapping[Key, Question | str]
"""Every fact of an event: the question that gives it, or ``yn`` for a derived one, ``date`` for a base date."""


def in_common(common: Common, tree: Tree) -> Iterator[Problem]:
    """Check `common.yaml` in itself."""
    for key, counter in common.counters.items():
        for branch in counter.also:
            if branch not in common.branches:
                yield tree.problem(("counters", key), "no_branch", name=branch)
    for level in ("complete", "accept", "prefill", "guide"):
        if level not in common.remote_levels:
            yield tree.problem(("remote_levels",), "no_level", name=level)


def in_certificates(form: CertificateForm, tree: Tree) -> Iterator[Problem]:
    """Check the certificates' form in itself."""
    yield from _twice(((("certs", i), cert.id) for i, cert in enumerate(form.certs)), tree)
    certs = {cert.id: cert for cert in form.certs}
    for i, cert in enumerate(form.certs):
        for field in cert.fields:
            if field not in form.fields:
                yield tree.problem(("certs", i, "fields"), "no_field", name=field)
    for i, rule in enumerate(form.rules):
        at: Place = ("rules", i)
        for name in rule.certs:
            if name not in certs:
                yield tree.problem((*at, "certs"), "no_cert", name=name)
            elif rule.option is not None and rule.option not in certs[name].options:
                yield tree.problem((*at, "option"), "no_cert_option", name=name, value=rule.option)
        if rule.require is not None and rule.require not in form.fields:
            yield tree.problem((*at, "require"), "no_field", name=rule.require)
        for whose in rule.allow_whose:
            if whose not in form.whose:
                yield tree.problem((*at, "allow_whose"), "no_whose", name=whose)
    for whose in form.purpose_required_for:
        if whose not in form.whose:
            yield tree.problem(("purpose_required_for",), "no_whose", name=whose)


def in_event(
    event: LifeEvent, tree: Tree, common: Common, events: frozenset[str], form: str | None
) -> Iterator[Problem]:
    """Check one life event against itself and its neighbours."""
    if tree.file != f"{event.id}.yaml":
        yield tree.problem(("event",), "event_name", name=tree.file)
    kinds = _kinds(event)
    facts = ((("questions", i), fact) for i, q in enumerate(event.questions) for fact in (q.id, *q.derives))
    yield from _twice(facts, tree)
    yield from _twice(((("procedures", i), p.id) for i, p in enumerate(event.procedures)), tree)
    yield from _base_dates(event, tree, kinds)
    earlier: set[Key] = set(event.base_dates)
    for i, question in enumerate(event.questions):
        yield from _question(question, tree, ("questions", i), kinds, earlier)
        earlier |= {question.id, *question.derives}
    for i, procedure in enumerate(event.procedures):
        at: Place = ("procedures", i)
        yield from _procedure(procedure, event, tree, at, kinds)
        if procedure.counter not in common.counters:
            yield tree.problem((*at, "counter"), "no_counter", name=procedure.counter)
        for linked in procedure.link:
            if linked not in events:
                yield tree.problem((*at, "link"), "no_link", name=linked)
        if procedure.form is not None and procedure.form != form:
            yield tree.problem((*at, "form"), "no_form", name=procedure.form)
    yield from _unused(event, tree)


def _kinds(event: LifeEvent) -> Kinds:
    kinds: dict[Key, Question | str] = dict.fromkeys(event.base_dates, "date")
    for question in event.questions:
        kinds[question.id] = question
        kinds.update(dict.fromkeys(question.derives, "yn"))
    return kinds


def _twice(names: Iterable[tuple[Place, str]], tree: Tree) -> Iterator[Problem]:
    """Point at every name that stood before."""
    seen: set[str] = set()
    for at, name in names:
        if name in seen:
            yield tree.problem(at, "twice", name=name)
        seen.add(name)


def _base_dates(event: LifeEvent, tree: Tree, kinds: Kinds) -> Iterator[Problem]:
    for key, base in event.base_dates.items():
        at: Place = ("base_dates", key)
        kind = kinds[key]
        if isinstance(kind, Question):
            if kind.type != "date":
                yield tree.problem(at, "base_not_date", name=key)
        elif base.earlier is None:
            yield tree.problem(at, "base_unasked", "warning", name=key)
        if base.earlier is None:
            continue
        if base.earlier not in event.base_dates:
            yield tree.problem((*at, "earlier"), "no_base", name=base.earlier)
        elif event.base_dates[base.earlier].earlier is not None:
            yield tree.problem((*at, "earlier"), "earlier_chain", name=base.earlier)


def _question(q: Question, tree: Tree, at: Place, kinds: Kinds, earlier: set[Key]) -> Iterator[Problem]:
    if q.type == "choice" and not q.options:
        yield tree.problem(at, "choice_without")
    if q.type != "choice" and q.options:
        yield tree.problem((*at, "options"), "options_unused")
    if q.type != "persons" and q.derives:
        yield tree.problem((*at, "derives"), "derives_unused")
    if q.by_card is not None:
        if q.type in ("date", "persons"):
            yield tree.problem((*at, "by_card"), "by_card_type")
        elif q.by_card not in (known := _options(q)):
            yield tree.problem(
                (*at, "by_card"), "no_option", name=q.id, value=q.by_card, options="、".join(known)
            )
    for key, derivation in q.derives.items():
        if derivation.least > derivation.most:
            yield tree.problem((*at, "derives", key), "age_order")
    yield from _condition(q.ask_if, tree, (*at, "ask_if"), kinds)
    for fact in asked_about(q.ask_if):
        if fact in kinds and fact not in earlier:
            yield tree.problem((*at, "ask_if"), "gate_ahead", name=fact)


def _procedure(p: Procedure, event: LifeEvent, tree: Tree, at: Place, kinds: Kinds) -> Iterator[Problem]:
    yield from _condition(p.when, tree, (*at, "when"), kinds)
    for i, thing in enumerate(p.bring):
        yield from _condition(thing.when, tree, (*at, "bring", i), kinds)
    if isinstance(p.deadline, Span):
        if p.deadline.start not in event.base_dates:
            yield tree.problem((*at, "deadline", "from"), "no_base", name=p.deadline.start)
        if p.deadline.severe is not None and p.deadline.roll != "none":
            yield tree.problem((*at, "deadline", "roll"), "severe_rolls")
        yield from _condition(p.deadline.only_if, tree, (*at, "deadline", "only_if"), kinds)
    if p.done_is is not None and _type(kinds.get(p.done_is, "")) != "date":
        yield tree.problem((*at, "done_is"), "done_not_date", name=p.done_is)
    if p.print_name is not None and p.print != "hide_name":
        yield tree.problem((*at, "print_name"), "print_name")
    if p.effective_from and p.effective_until and p.effective_from > p.effective_until:
        yield tree.problem((*at, "effective_from"), "effective_order")
    if p.conf == "S" and not p.law and p.source is None:
        yield tree.problem((*at, "conf"), "unsourced", "warning")


def _condition(condition: Condition, tree: Tree, at: Place, kinds: Kinds) -> Iterator[Problem]:
    """Check every fact a condition looks at: it exists, and can have the value it is compared with."""
    match condition:
        case Always() | Maybe():
            return
        case Not(of=inner):
            yield from _condition(inner, tree, at, kinds)
        case All(of=parts) | AnyOf(of=parts):
            for part in parts:
                yield from _condition(part, tree, at, kinds)
        case Since(fact=fact):
            kind = kinds.get(fact)
            if kind is None:
                yield tree.problem(at, "no_fact", name=fact)
            elif _type(kind) != "date":
                yield tree.problem(at, "not_a_date", name=fact)
        case Is(fact=fact, value=value):
            kind = kinds.get(fact)
            if kind is None:
                yield tree.problem(at, "no_fact", name=fact)
            elif _type(kind) == "date":
                yield tree.problem(at, "date_compared", name=fact)
            elif isinstance(kind, Question) and kind.type == "persons":
                yield tree.problem(at, "persons_compared", name=fact, options="、".join(kind.derives))
            else:
                known = _options(kind)
                if value not in known:
                    yield tree.problem(at, "no_option", name=fact, value=value, options="、".join(known))


def _options(kind: Question | str) -> list[Key]:
    """Return the answers that decide something; `unknown` is none: it would make not knowing decide."""
    options = list(kind.options) if isinstance(kind, Question) else []
    return [option for option in options or [a.YES, a.NO] if option != a.UNKNOWN]


def _type(kind: Question | str) -> str:
    return kind.type if isinstance(kind, Question) else kind


def _unused(event: LifeEvent, tree: Tree) -> Iterator[Problem]:
    """Point at yes-no questions nobody needs: every question is a burden for somebody of 85."""
    used = {fact for q in event.questions for fact in asked_about(q.ask_if)}
    for p in event.procedures:
        used |= set(asked_about(p.when)) | {fact for thing in p.bring for fact in asked_about(thing.when)}
        if isinstance(p.deadline, Span):
            used |= {p.deadline.start, *asked_about(p.deadline.only_if)}
    for i, question in enumerate(event.questions):
        if not used & {question.id, *question.derives}:
            yield tree.problem(("questions", i), "unused_question", "warning")
