"""How far the newest visit has come, for the demo's guide: read from the journal, which knows what really happened."""

import json
import sqlite3

BACK = 400  # events looked at; a demo visit is about forty


def reached(journal: sqlite3.Connection) -> int:
    """Return how many of the guide's six steps are done."""
    rows = journal.execute("SELECT body FROM event ORDER BY seq DESC LIMIT ?", (BACK,)).fetchall()
    events = [json.loads(row[0]) for row in reversed(rows)]
    step = 0
    for event in events:
        match event["type"]:
            case "staff_ready":
                step = max(step, 1) if step < 6 else 1
            case "ticket_taken":
                step = 2
            case "call_started":
                step = 3
            case "order_closed" if event.get("outcome") == "shared" and step >= 3:
                step = max(step, 4)
            case "order_closed" if event.get("outcome") == "printed" and step >= 3:
                step = max(step, 5)
            case "call_ended" | "wrapup_finished" if step >= 3:
                step = 6
            case _:
                pass
    return step
