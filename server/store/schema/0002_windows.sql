-- Links for one visit each. A window is a device from the moment somebody opens its link; until then it has no key.
CREATE TABLE visit_window (
    city       TEXT NOT NULL,
    id         TEXT NOT NULL,
    purpose    TEXT NOT NULL,
    who        TEXT NOT NULL,        -- "contractor", "care", "family", "other": never a name
    made_by    TEXT NOT NULL,
    link       BLOB NOT NULL,        -- SHA-256 of the long code
    digits     BLOB NOT NULL,        -- SHA-256 of the six digits
    made       REAL NOT NULL,
    expires    REAL NOT NULL,
    opened     REAL,
    public_key BLOB,
    machine    TEXT NOT NULL DEFAULT '',
    revoked    INTEGER NOT NULL DEFAULT 0 CHECK (revoked IN (0, 1)),
    PRIMARY KEY (city, id),
    UNIQUE (link),
    UNIQUE (public_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX visit_window_digits ON visit_window (city, digits);
