"""Six digits a resident brings: which kind of promise they may stand for.

A number is drawn where its promise is made, at four places that cannot ask each other. So each kind has a series of
its own, by its first digits: no two live numbers are alike, whoever draws at the same moment. None begins with 0, which
is lost when somebody writes a number down. How it is read does not rest on the series (numbers of earlier versions
have none): whoever types one is found by what is kept under it.
"""

from collections.abc import Mapping
from typing import Literal

Kind = Literal["carried_over", "booked", "answers", "paper"]

EACH = 225_000
FIRST: Mapping[Kind, int] = {
    "carried_over": 100_000,
    "booked": 325_000,
    "answers": 550_000,
    "paper": 775_000,
}


def code(kind: Kind, drawn: int) -> str:
    """Return the number of this series that a chance value comes to."""
    return str(FIRST[kind] + drawn % EACH)
