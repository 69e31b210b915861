"""Pure decisions about one municipality: no socket, clock, database or chance in here (`make check` enforces it)."""
