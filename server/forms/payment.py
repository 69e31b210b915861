"""How fees can be paid beforehand: not at all, or at an address the city's own provider opens for one sum and one number.

Nothing personal goes into the address: the sum, and the first letters of the signed form's hash.
"""

from urllib.parse import quote, urlsplit

PLACES = ("{total}", "{reference}")
LONGEST = 400
"""Letters: a longer address makes a code too fine for 80 mm paper."""


class AtPickUp:
    """The city takes money where the certificate is handed over, and nowhere before."""

    def link(self, total: int, reference: str) -> str:
        """Return no address."""
        del total, reference
        return ""


class CityLink:
    """The city's provider opens a page for an address made from this template."""

    def __init__(self, template: str) -> None:
        """Raises ValueError when it could not be an address for one sum and one number."""
        made = template
        for place in PLACES:
            if template.count(place) != 1:
                raise ValueError(place)
            made = made.replace(place, "1")
        parts = urlsplit(made)
        if parts.scheme != "https" or not parts.hostname or "{" in made or "}" in made or len(made) > LONGEST:
            raise ValueError("https")
        if any(place in urlsplit(template).netloc for place in PLACES):
            raise ValueError("netloc")
        self._template = template

    def link(self, total: int, reference: str) -> str:
        """Return the address for this sum, in yen."""
        if total <= 0:
            return ""
        return self._template.replace("{total}", str(total)).replace("{reference}", quote(reference, safe=""))
