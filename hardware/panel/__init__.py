"""Buttons, hook, presence, lamps, buzzer."""
