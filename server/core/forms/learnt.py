"""What forms know that the questionnaire asks, too: written on one side, it is asked on neither again."""

from collections import Counter
from collections.abc import Sequence

from server.core.forms import looking
from server.core.forms.book import Book, options_of
from server.core.forms.state import Entry, Event, FormState, Put, UseAnswers
from server.protocol.values import Key, Personal


class Learnt(Personal, frozen=True, kw_only=True):
    """What changed between two states of forms: facts of the questionnaire, and births that came or went."""

    facts: dict[Key, str] = {}
    come: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    births: tuple[str, ...] = ()  # all that stand in forms now


def learnt(book: Book, before: FormState, after: FormState) -> Learnt:
    """Return what the questionnaire has not been told yet."""
    born = births(book, after)
    old, new = Counter(births(book, before)), Counter(born)
    facts: dict[Key, str] = {}
    for fact, key in book.dictionary.answers.items():
        found = looking.entry(book, after, key)
        if found is not None and found.value != _value(looking.entry(book, before, key)):
            facts[fact] = found.value
    come, gone = tuple((new - old).elements()), tuple((old - new).elements())
    return Learnt(facts=facts, come=come, gone=gone, births=born)


def newer(book: Book, state: FormState, told: Sequence[UseAnswers]) -> tuple[Event, ...]:
    """Return what has to happen so that the questionnaire's newest word stands in the forms, also over one said before."""
    said: list[Event] = []
    for fact, key in book.dictionary.answers.items():
        written, options = state.entries.get(key), options_of(book, book.dictionary.fields[key])
        for word in (one.facts[fact] for one in told if fact in one.facts):
            if written is not None and written.value != word and (not options or word in options):
                said.append(Put(slot=key, raw=word, origin="said"))
    return (*said, *told)


def births(book: Book, state: FormState) -> tuple[str, ...]:
    """Return every birth of the household that is known: the applicant's, then row by row."""
    found: list[str] = []
    for target in book.dictionary.persons.values():
        group, _, key = target.partition(".")
        named = book.dictionary.groups[group].first.get(key)
        rows = [f"{group}.{row}.{key}" for row in range(1, looking.rows_of(book, state, group) + 1)]
        if isinstance(named, str) and looking.truth_of_first(book, state, group) == "unknown":
            rows.insert(0, named)  # most who come have moved themselves
        found += [value for slot in rows if (value := _value(looking.entry(book, state, slot)))]
    return tuple(found)


def _value(entry: Entry | None) -> str:
    return "" if entry is None else entry.value
