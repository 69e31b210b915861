-- The journal: one gap-free sequence per municipality. No names, no answers, no text.
CREATE TABLE event (
    city    TEXT    NOT NULL,
    seq     INTEGER NOT NULL CHECK (seq > 0),
    elapsed REAL    NOT NULL,
    wall    REAL    NOT NULL,
    body    BLOB    NOT NULL,
    PRIMARY KEY (city, seq)          -- the fence between two writers
) STRICT, WITHOUT ROWID;

-- What each command was answered, refusals too: the same command twice is answered twice and done once.
CREATE TABLE answer (
    city    TEXT NOT NULL,
    actor   TEXT NOT NULL,
    command TEXT NOT NULL,
    digest  BLOB NOT NULL,
    refused TEXT,
    elapsed REAL NOT NULL,
    PRIMARY KEY (city, actor, command)
) STRICT, WITHOUT ROWID;
CREATE INDEX answer_age ON answer (city, elapsed);

CREATE TABLE snapshot (
    city  TEXT    NOT NULL,
    seq   INTEGER NOT NULL,
    board BLOB    NOT NULL,
    PRIMARY KEY (city, seq)
) STRICT, WITHOUT ROWID;

-- The registry.
CREATE TABLE staff (
    city       TEXT    NOT NULL,
    id         TEXT    NOT NULL,
    account    TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    department TEXT    NOT NULL,
    roles      TEXT    NOT NULL,     -- JSON array of keys
    password   TEXT    NOT NULL,     -- argon2's own encoding
    enabled    INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    PRIMARY KEY (city, id),
    UNIQUE (city, account)
) STRICT;

CREATE TABLE session (
    token     BLOB NOT NULL PRIMARY KEY,   -- SHA-256 of it; the token itself is only in the browser
    city      TEXT NOT NULL,
    staff     TEXT NOT NULL,
    created   REAL NOT NULL,
    last_used REAL NOT NULL,
    expires   REAL NOT NULL,
    FOREIGN KEY (city, staff) REFERENCES staff (city, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX session_staff ON session (city, staff);

CREATE TABLE kiosk (
    city       TEXT    NOT NULL,
    id         TEXT    NOT NULL,
    site       TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    public_key BLOB    NOT NULL,
    machine    TEXT    NOT NULL,
    enrolled   TEXT    NOT NULL,     -- ISO 8601
    revoked    INTEGER NOT NULL DEFAULT 0 CHECK (revoked IN (0, 1)),
    PRIMARY KEY (city, id),
    UNIQUE (public_key)              -- one key is one kiosk, in all cities
) STRICT;

CREATE TABLE enrolment (
    code    BLOB NOT NULL PRIMARY KEY,   -- SHA-256 of it
    city    TEXT NOT NULL,
    site    TEXT NOT NULL,
    name    TEXT NOT NULL,
    expires REAL NOT NULL,
    kiosk   TEXT,                        -- who used it
    FOREIGN KEY (city, kiosk) REFERENCES kiosk (city, id)
) STRICT, WITHOUT ROWID;

-- Cases: encrypted under a key per ticket, which is wrapped by the city's key outside this file.
CREATE TABLE case_key (
    city     TEXT NOT NULL,
    ticket   TEXT NOT NULL,
    wrapped  BLOB NOT NULL,
    erase_at REAL,                       -- wall time; NULL = nobody has said yet
    PRIMARY KEY (city, ticket)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_key_due ON case_key (city, erase_at);

CREATE TABLE case_item (
    city   TEXT NOT NULL,
    ticket TEXT NOT NULL,
    name   TEXT NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (city, ticket, name),
    FOREIGN KEY (city, ticket) REFERENCES case_key (city, ticket) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
