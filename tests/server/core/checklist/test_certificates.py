"""Certificates: what they cost, and what stands in the way."""

from server.core.checklist.certificates import Bill, Wanted, Wish, bill
from server.procedures.load import SHIPPED, load


def billed(
    *wanted: Wanted, whose: str = "self", purpose: str | None = None, shown: tuple[str, ...] = ()
) -> Bill:
    form = load(SHIPPED).certificates
    assert form is not None
    return bill(form, Wish(whose=whose, wanted=wanted, purpose=purpose, shown=shown))


def test_fees_are_added_up_over_copies():
    found = billed(Wanted(cert="juminhyo_all", copies=2), Wanted(cert="fuhyo"))
    assert (found.fees, found.total, found.obstacles) == ({"juminhyo_all": 600, "fuhyo": 300}, 900, ())


def test_a_seal_certificate_wants_the_registration_card():
    assert len(billed(Wanted(cert="inkan")).obstacles) == 1
    assert billed(Wanted(cert="inkan"), shown=("inkan_card",)).obstacles == ()


def test_the_number_is_written_for_oneself_and_the_household_only():
    numbered = Wanted(cert="juminhyo_one", options=("mynumber",))
    assert billed(numbered, whose="self").obstacles == ()
    assert [o.cert for o in billed(numbered, whose="proxy", purpose="ginko").obstacles] == ["juminhyo_one"]


def test_who_asks_for_others_says_what_for():
    assert billed(Wanted(cert="mibun"), whose="proxy").purpose_missing
    assert not billed(Wanted(cert="mibun"), whose="proxy", purpose="ginko").purpose_missing


def test_what_the_city_does_not_issue_is_named_not_ignored():
    assert billed(Wanted(cert="passport")).unknown == ("passport",)
