"""When the city's data change in the middle of a visit, nobody writes anything twice, and nobody signs what they did not read."""

from msgspec.structs import replace

from server.core.forms.carried import carried
from server.core.forms.state import Agree, Filling, ReadBack, Signed
from tests import forms
from tests.forms import go

BOOK = forms.book()
NEWER = replace(BOOK, version="next")
FAMILY = forms.family(BOOK)


def test_what_was_written_stays_and_what_was_agreed_to_is_read_back_anew():
    agreed = go(BOOK, FAMILY, ReadBack(form="tennyu_todoke"), Agree(form="tennyu_todoke", at=forms.AT))
    after = carried(NEWER, agreed, forms.TODAY, forms.LETTERS)
    assert after.entries == agreed.entries
    assert after.rows == agreed.rows
    assert set(after.stages) == set(agreed.stages)
    assert after.stages["tennyu_todoke"] == Filling()
    assert (after.book, after.revision) == ("next", agreed.revision + 1)
    assert carried(NEWER, after, forms.TODAY, forms.LETTERS) is after


def test_a_value_without_a_place_or_against_the_new_rules_is_asked_for_again_and_the_others_stay():
    fields = dict(BOOK.dictionary.fields)
    del fields["bank"]
    fields["account"] = replace(fields["account"], most=5)
    groups = {**BOOK.dictionary.groups, "member": replace(BOOK.dictionary.groups["member"], most=3)}
    dictionary = replace(BOOK.dictionary, fields=fields, groups=groups)
    after = carried(replace(NEWER, dictionary=dictionary), FAMILY, forms.TODAY, forms.LETTERS)
    gone = set(FAMILY.entries) - set(after.entries)
    assert gone == {"bank", "account"} | {slot for slot in FAMILY.entries if slot.startswith("member.4.")}
    assert after.rows["member"] == 3


def test_what_was_signed_stays_signed_and_a_form_the_city_has_no_more_goes():
    signed = replace(FAMILY, stages={**FAMILY.stages, "tennyu_todoke": Signed()})
    fewer = {key: form for key, form in BOOK.forms.items() if key != "jido_teate"}
    after = carried(replace(NEWER, forms=fewer), signed, forms.TODAY, forms.LETTERS)
    assert after.stages["tennyu_todoke"] == Signed()
    assert "jido_teate" not in after.stages
    assert after.filed == signed.filed
