"""Money can be paid at the city's own address for exactly this sum, or at pick-up; the address names nobody."""

import pytest

from server.forms.payment import AtPickUp, CityLink


def test_the_address_holds_the_sum_and_the_number_and_nothing_else():
    city = CityLink("https://pay.example.lg.jp/t/{reference}?yen={total}")
    assert city.link(900, "9f3a0c21") == "https://pay.example.lg.jp/t/9f3a0c21?yen=900"
    assert city.link(900, "a&yen=1") == "https://pay.example.lg.jp/t/a%26yen%3D1?yen=900"
    assert city.link(0, "9f3a0c21") == ""
    assert AtPickUp().link(900, "9f3a0c21") == ""


@pytest.mark.parametrize(
    "template",
    [
        "http://pay.example.lg.jp/{reference}?yen={total}",
        "https://pay.example.lg.jp/{reference}",
        "https://pay.example.lg.jp/{reference}?yen={total}&who={name}",
        "https://{reference}.example.lg.jp/?yen={total}",
        "https:///{reference}{total}",
        "https://pay.example.lg.jp/{reference}?yen={total}" + "x" * 400,
    ],
)
def test_what_could_not_be_such_an_address_stops_the_start(template: str):
    with pytest.raises(ValueError, match="."):
        CityLink(template)
