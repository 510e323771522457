-- A ledger of consent events in one file. Ids are UUIDs, 16 bytes each.

-- What is the file's own: the key under which digests are taken of events that were removed.
CREATE TABLE own (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    digest_key BLOB NOT NULL CHECK (length(digest_key) = 16)
) STRICT;

-- Everything that is kept, and a trace of what was. The body is the event's JSON without its id and its subject.
--
-- Rows are added behind all others and never deleted: when SQLite balances its pages it leaves copies of rows where they
-- lay before, which nothing overwrites later. An erasure therefore overwrites a row in its place, with as many bytes:
-- the ids of the people with zeros, the body with a digest in hexadecimal and dots. So `body >= '{'` says that an event
-- is kept. The indexes hold ids alone, which the tombstones hold too.
CREATE TABLE event (
    position INTEGER PRIMARY KEY,
    id BLOB NOT NULL CHECK (length(id) = 16),
    subject BLOB NOT NULL CHECK (length(subject) = 16),
    visitor BLOB CHECK (length(visitor) = 16),
    body TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX event_id ON event (id);
CREATE INDEX event_subject ON event (subject) WHERE body >= '{';
CREATE INDEX event_visitor ON event (visitor) WHERE visitor IS NOT NULL AND body >= '{';

-- Ids of events that were never kept because their subject was erased before, each with a digest of what it meant.
CREATE TABLE spent (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    digest BLOB NOT NULL CHECK (length(digest) = 16)
) STRICT, WITHOUT ROWID;

-- Who was erased, and who was one person: a random number that they share. When it was says the one event that is
-- kept of each.
CREATE TABLE erased (
    subject BLOB PRIMARY KEY CHECK (length(subject) = 16),
    person BLOB NOT NULL CHECK (length(person) = 16)
) STRICT, WITHOUT ROWID;
CREATE INDEX erased_person ON erased (person);

-- The audit trail's: a key for each subject's pseudonym, and the entries. Keys lie in a table of rows, are added behind
-- all others and never deleted, for the same reason: an erasure overwrites both columns with as many bytes.
CREATE TABLE audit_key (
    subject BLOB NOT NULL PRIMARY KEY CHECK (length(subject) = 16),
    key BLOB NOT NULL
) STRICT;
CREATE TABLE audit_entry (
    trail TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    subject TEXT,
    line TEXT NOT NULL,
    PRIMARY KEY (trail, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_entry_subject ON audit_entry (trail, subject) WHERE subject IS NOT NULL;
