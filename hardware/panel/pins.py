"""Which pin is what, in BCM numbers; a name left out means that the part is not there."""

import msgspec


class PanelPins(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The wiring of one panel."""

    call: int | None = None
    repeat: int | None = None
    end: int | None = None
    hook: int | None = None
    presence: int | None = None
    call_led: int | None = None
    camera_led: int | None = None
    card_led: int | None = None
    paper_led: int | None = None
    buzzer: int | None = None

    def inputs(self) -> dict[str, int]:
        """Name to pin, of what can be pressed, lifted or approached."""
        return self._named("call", "repeat", "end", "hook", "presence")

    def leds(self) -> dict[str, int]:
        """Lamp to pin."""
        named = self._named("call_led", "camera_led", "card_led", "paper_led")
        return {name.removesuffix("_led"): pin for name, pin in named.items()}

    def _named(self, *names: str) -> dict[str, int]:
        pins: dict[str, int | None] = {name: getattr(self, name) for name in names}
        return {name: pin for name, pin in pins.items() if pin is not None}
