"""Reservations: which places a lane gives away, and what becomes of each."""
