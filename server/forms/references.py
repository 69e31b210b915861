"""What a form promises about the dictionary, the checklist or a template must be there."""

from collections.abc import Iterator, Mapping

from server.core.checklist.catalogue import (
    All,
    Always,
    AnyOf,
    Catalogue,
    CertificateForm,
    Condition,
    Is,
    Maybe,
    Not,
    Since,
)
from server.core.forms.book import Book, Dictionary, Form, Same, Use, options_of, sames
from server.procedures.reading import Place, Problem, Tree

CERT = ("cert_kind", "cert_copies", "cert_options")
"""What a table of certificates needs so that fees can be added up."""
NUMBER = 12
"""Digits of a マイナンバー, which no form takes."""


def in_dictionary(
    dictionary: Dictionary, tree: Tree, certificates: CertificateForm | None
) -> Iterator[Problem]:
    """Name what the dictionary says about itself that does not hold."""
    fields = dictionary.fields
    book = _book(dictionary, certificates)
    for key, field in fields.items():
        at: Place = ("fields", key)
        choosing = field.kind in ("choice", "choices")
        if choosing and bool(field.options) == (field.options_from is not None):
            yield tree.problem(at, "options_or_from", kind=field.kind)
        if not choosing and (field.options or field.options_from):
            yield tree.problem(at, "options_not_choice")
        if field.kind in ("count", "digits") and field.most is not None and field.least > field.most:
            yield tree.problem(at, "count_order")
        if field.kind == "digits" and field.least == NUMBER == field.most:
            yield tree.problem(at, "number_field", "warning")
        if field.options_from is not None and certificates is None:
            yield tree.problem((*at, "options_from"), "no_certificates")
        for i, same in enumerate(sames(book, key)):
            here = (*at, "same", i) if isinstance(field.same, tuple) else (*at, "same")
            yield from _same(same, key, book, tree, here)
    for key, group in dictionary.groups.items():
        at = ("groups", key)
        for i, name in enumerate(group.fields):
            if name not in fields:
                yield tree.problem((*at, "fields", i), "no_dictionary_field", name=name)
        for column, source in group.first.items():
            if column not in group.fields:
                yield tree.problem((*at, "first", column), "not_in_group", name=column, group=key)
            elif column in fields and isinstance(source, str):
                yield from _link(dictionary, tree, (*at, "first", column), column, source)
            elif column in fields and isinstance(source, Same):
                yield from _same(source, column, book, tree, (*at, "first", column))
        for column, source in group.begins.items():
            if column not in group.fields:
                yield tree.problem((*at, "begins", column), "not_in_group", name=column, group=key)
            elif column in fields:
                yield from _link(dictionary, tree, (*at, "begins", column), column, source)
        yield from _condition(group.first_when, book, tree, (*at, "first_when"))
    for i, use in enumerate(dictionary.header):
        yield from _use(use, book, tree, ("header", i))
    card = dictionary.card
    for what, name, kind in (
        ("name", card.name, "name"),
        ("birth_date", card.birth_date, "date"),
        ("sex", card.sex, "choice"),
        ("address", card.address, "address"),
    ):
        if name not in fields:
            yield tree.problem(("card", what), "no_dictionary_field", name=name)
        elif fields[name].kind != kind:
            yield tree.problem(("card", what), "wrong_kind", name=name, kind=kind)
    for name, value in card.proves.items():
        if name not in fields:
            yield tree.problem(("card", "proves", name), "no_dictionary_field", name=name)
        elif value not in (known := options_of(book, fields[name])):
            options = "、".join(known)
            yield tree.problem(("card", "proves", name), "no_choice", name=name, value=value, options=options)
    for fact, name in dictionary.answers.items():
        if name not in fields:
            yield tree.problem(("answers", fact), "no_dictionary_field", name=name)
    for fact, target in dictionary.persons.items():
        group, _, name = target.partition(".")
        at = ("persons", fact)
        if group not in dictionary.groups:
            yield tree.problem(at, "no_group", name=group)
        elif name not in dictionary.groups[group].fields:
            yield tree.problem(at, "not_in_group", name=name, group=group)
        elif name in fields and fields[name].kind != "date":
            yield tree.problem(at, "wrong_kind", name=name, kind="date")


def in_form(
    form: Form, tree: Tree, file: str, dictionary: Dictionary, catalogue: Catalogue, templates: frozenset[str]
) -> Iterator[Problem]:
    """Name what one form says that the dictionary, the procedures or the templates do not know."""
    book = _book(dictionary, catalogue.certificates)
    if form.id != file:
        yield tree.problem(("form",), "form_name", name=file)
    if form.template not in templates:
        yield tree.problem(("template",), "no_template", name=form.template)
    if form.card_address is not None:
        if form.card_address not in dictionary.fields:
            yield tree.problem(("card_address",), "no_dictionary_field", name=form.card_address)
        elif dictionary.fields[form.card_address].kind != "address":
            yield tree.problem(("card_address",), "wrong_kind", name=form.card_address, kind="address")
    yield from _served(form, tree, catalogue)
    if form.fees:
        cert = dictionary.groups.get("cert")
        if catalogue.certificates is None:
            yield tree.problem(("fees",), "no_certificates")
        if cert is None or not set(CERT) <= set(cert.fields):
            yield tree.problem(("fees",), "fees_need_cert")
    seen = {use.key for use in dictionary.header}
    blocks = set[str]()
    for i, section in enumerate(form.sections):
        at: Place = ("sections", i)
        if section.id in blocks:
            yield tree.problem((*at, "id"), "twice", name=section.id)
        blocks.add(section.id)
        group = dictionary.groups.get(section.group) if section.group is not None else None
        if section.group is not None and group is None:
            yield tree.problem((*at, "group"), "no_group", name=section.group)
        columns = set[str]()
        for j, use in enumerate(section.fields):
            here: Place = (*at, "fields", j)
            yield from _use(use, book, tree, here)
            if group is not None and use.key in dictionary.fields and use.key not in group.fields:
                yield tree.problem(here, "not_in_group", name=use.key, group=section.group)
            known = columns if section.group is not None else seen
            if use.key in known:
                yield tree.problem(here, "field_twice", name=use.key)
            known.add(use.key)
        yield from _condition(section.only, book, tree, (*at, "only"))


def unused(dictionary: Dictionary, tree: Tree, forms: Mapping[str, Form]) -> Iterator[Problem]:
    """Doubt fields that no form shows."""
    shown = {use.key for use in dictionary.header}
    shown |= {use.key for form in forms.values() for section in form.sections for use in section.fields}
    for key in dictionary.fields:
        if key not in shown:
            yield tree.problem(("fields", key), "unused_field", severity="warning")


def _served(form: Form, tree: Tree, catalogue: Catalogue) -> Iterator[Problem]:
    for i, name in enumerate(form.serves):
        event, _, procedure = name.partition(".")
        known = catalogue.events.get(event)
        found = None if known is None else next((p for p in known.procedures if p.id == procedure), None)
        if found is None:
            yield tree.problem(("serves", i), "no_procedure", name=name)
        elif found.remote != form.remote:
            yield tree.problem(
                ("remote",), "remote_differs", severity="warning", name=name, theirs=found.remote
            )


def _use(use: Use, book: Book, tree: Tree, at: Place) -> Iterator[Problem]:
    if use.key not in book.dictionary.fields:
        yield tree.problem(at, "no_dictionary_field", name=use.key)
    yield from _condition(use.required, book, tree, (*at, "required"))
    yield from _condition(use.when, book, tree, (*at, "when"))


def _same(same: Same, key: str, book: Book, tree: Tree, at: Place) -> Iterator[Problem]:
    """Name what is wrong with where a field is filled in from."""
    dictionary, field = book.dictionary, book.dictionary.fields[key]
    if (same.key is None) == (same.value is None):
        yield tree.problem(at, "key_or_value")
    if same.value is not None and same.value not in (known := options_of(book, field)):
        yield tree.problem((*at, "value"), "no_choice", name=key, value=same.value, options="、".join(known))
    if same.of is not None:
        group = dictionary.groups.get(same.of.group)
        if group is None:
            yield tree.problem((*at, "of"), "no_group", name=same.of.group)
        elif same.key is not None and same.key not in group.fields:
            yield tree.problem(at, "not_in_group", name=same.key, group=same.of.group)
        yield from _condition(same.of.only, book, tree, (*at, "of", "only"))
    if same.key is not None:
        yield from _link(dictionary, tree, at, key, same.key)
    yield from _condition(same.when, book, tree, (*at, "when"))


def _link(dictionary: Dictionary, tree: Tree, at: Place, key: str, source: str) -> Iterator[Problem]:
    """Of two fields that are filled in from elsewhere only the later may lean on the other: no circle is possible."""
    field, order = dictionary.fields.get(source), list(dictionary.fields)
    if field is None:
        yield tree.problem(at, "no_dictionary_field", name=source)
    elif field.kind != dictionary.fields[key].kind:
        yield tree.problem(at, "other_kind", name=source)
    elif field.same is not None and order.index(source) >= order.index(key):
        yield tree.problem(at, "same_chain", name=source)


def _condition(condition: Condition, book: Book, tree: Tree, at: Place) -> Iterator[Problem]:
    fields = book.dictionary.fields
    match condition:
        case Always() | Maybe():
            return
        case Is(fact=fact, value=value):
            field = fields.get(fact)
            if field is None:
                yield tree.problem(at, "no_dictionary_field", name=fact)
            elif field.kind != "choice":
                yield tree.problem(at, "not_asked", name=fact)
            elif value not in (known := options_of(book, field)):
                yield tree.problem(at, "no_choice", name=fact, value=value, options="、".join(known))
        case Since(fact=fact):
            if fact not in fields:
                yield tree.problem(at, "no_dictionary_field", name=fact)
            elif fields[fact].kind != "date":
                yield tree.problem(at, "not_asked", name=fact)
        case Not(of=inner):
            yield from _condition(inner, book, tree, at)
        case All(of=several) | AnyOf(of=several):
            for one in several:
                yield from _condition(one, book, tree, at)


def _book(dictionary: Dictionary, certificates: CertificateForm | None) -> Book:
    return Book(version="0" * 16, dictionary=dictionary, forms={}, certificates=certificates)
