"""The virtual My Number card: `personas()` lists the invented people, `load(name)` gives one's card.

python -m hardware.card.virtual --persona ordinary      # puts it into the real PC/SC service through vpcd
"""

from hardware.card.virtual.card import Faults, Mute, Pulled, VirtualCard
from hardware.card.virtual.persona import Persona, Quirks, personas, read

__all__ = ["Faults", "Mute", "Persona", "Pulled", "Quirks", "VirtualCard", "load", "personas", "read"]


def load(name: str) -> VirtualCard:
    """Make a fresh card of a persona; raises KeyError for a name that is not in the folder."""
    return VirtualCard(read(name))
