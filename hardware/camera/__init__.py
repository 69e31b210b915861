"""Cameras by stable path, and a test card that moves."""
