"""What every card says about itself without a secret."""

from datetime import UTC, datetime

import pytest

from hardware.card.dialogue import CardFacts, examine, identify
from hardware.card.virtual import load, personas
from tests.hardware.card.by_hand import talk

NOW = datetime.now(UTC)
WHOLE = ("my_number", True, 3, 3, 5, True)
FACTS: dict[str, tuple[str, bool, int | None, int | None, int | None, bool]] = {
    "child": ("child", False, 3, 3, 0, False),
    "expired": ("expired", True, 3, 3, 5, True),
    "face_only": ("face_only", False, 0, 0, 0, False),
    "foreigner": WHOLE,
    "gaiji": WHOLE,
    "juki": ("other", True, None, None, None, False),
    "licence": ("other", True, None, None, None, False),
    "locked": ("my_number", True, 0, 3, 5, True),
    "long_name": WHOLE,
    "next_generation": WHOLE,
    "one_try_left": ("my_number", True, 1, 3, 5, True),
    "ordinary": WHOLE,
    "phone": ("phone", True, None, 3, 5, True),
    "revoked": WHOLE,  # only a verifier can tell
}


def test_every_persona_has_its_line():
    assert sorted(FACTS) == [name for name, _ in personas()]


@pytest.mark.parametrize("name", FACTS)
def test_a_card_is_examined_without_spending_anything(name: str):
    card = load(name)
    facts = talk(card, examine(NOW))
    assert (
        facts.kind,
        facts.certain,
        facts.attributes_tries,
        facts.authentication_tries,
        facts.signing_tries,
        facts.signs,
    ) == FACTS[name]
    assert (facts.authentication is None) == (card.persona.kind == "other")
    if facts.authentication is not None:
        assert (facts.authentication.end < NOW) == (name == "expired")
    assert card.verify_commands == 0
    told = b"".join(card.answered)
    assert card.persona.number.encode() not in told
    assert not card.persona.name or card.persona.name.encode() not in told


def test_the_quick_look_calls_every_card_with_attributes_by_one_name():
    kinds = {name: talk(load(name), identify()) for name, _ in personas()}
    assert {name for name, kind in kinds.items() if kind != "my_number"} == {
        "face_only",
        "phone",
        "licence",
        "juki",
    }
    assert talk(load("licence"), examine(NOW)) == CardFacts("other", certain=True)
