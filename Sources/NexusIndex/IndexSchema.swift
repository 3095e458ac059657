import GRDB

/// The tables. Every row follows from the journal alone; a change of meaning raises `version`, and older files are made
/// anew.
enum IndexSchema {
    static let version = 2
    static let applicationID = 0x4E58_4958  // NXIX

    /// Each table with the columns that order its rows, for the digest of the contents.
    static let tables = [
        ("job", "place"), ("attempt", "place, number"), ("decision", "sequence, position"), ("dispute", "number"),
        ("rollup", "number"), ("checkpoint", "sequence"), ("caller", "sequence"), ("change", "number"),
        ("tally", "kind, key"), ("fold", "id"),
    ]

    static func create(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE fold (
                    id INTEGER PRIMARY KEY CHECK (id = 1), sequence INTEGER NOT NULL, mark TEXT NOT NULL,
                    change INTEGER NOT NULL
                ) STRICT;
                INSERT INTO fold VALUES (1, 0, '', 0);
                CREATE TABLE job (
                    place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, clause TEXT NOT NULL, clauseName TEXT NOT NULL,
                    clauseDigest TEXT NOT NULL, domain TEXT NOT NULL, jurisdiction TEXT NOT NULL,
                    occurrence TEXT NOT NULL, occurrenceID TEXT NOT NULL, status TEXT NOT NULL, signal TEXT,
                    because TEXT, acknowledgedAt INTEGER NOT NULL, decidedAt INTEGER, certifiedAt INTEGER,
                    rollup INTEGER, leaf INTEGER, event TEXT NOT NULL, supersedes TEXT, resultDigest TEXT,
                    disputes INTEGER NOT NULL, sequences TEXT NOT NULL, terms TEXT
                ) STRICT;
                CREATE INDEX jobByStatus ON job (status, place);
                CREATE INDEX jobBySignal ON job (signal, place);
                CREATE INDEX jobByClause ON job (clauseDigest, place);
                CREATE INDEX jobByName ON job (clauseName, place);
                CREATE INDEX jobByJurisdiction ON job (jurisdiction, place);
                CREATE INDEX jobByDomain ON job (domain, place);
                CREATE INDEX jobByOccurrence ON job (occurrence, place);
                CREATE INDEX jobByRollup ON job (rollup, leaf);
                CREATE INDEX jobByTime ON job (acknowledgedAt, place);
                CREATE INDEX jobDisputed ON job (place) WHERE disputes > 0;
                CREATE TABLE attempt (
                    place INTEGER NOT NULL, number INTEGER NOT NULL, node TEXT NOT NULL, operator TEXT NOT NULL,
                    jurisdiction TEXT NOT NULL, outcome TEXT NOT NULL, detail TEXT, token TEXT NOT NULL, statement TEXT,
                    issuedAt INTEGER NOT NULL, PRIMARY KEY (place, number)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX attemptByNode ON attempt (node, place);
                CREATE INDEX attemptByOperator ON attempt (operator, place);
                CREATE INDEX attemptByJurisdiction ON attempt (jurisdiction, place);
                CREATE TABLE decision (
                    sequence INTEGER NOT NULL, position INTEGER NOT NULL, place INTEGER NOT NULL, at INTEGER NOT NULL,
                    json TEXT NOT NULL, PRIMARY KEY (sequence, position)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX decisionByJob ON decision (place, sequence, position);
                CREATE TABLE dispute (
                    number INTEGER PRIMARY KEY, job TEXT NOT NULL, node TEXT NOT NULL, operator TEXT NOT NULL,
                    kind TEXT NOT NULL, field TEXT NOT NULL, statement TEXT NOT NULL, against TEXT NOT NULL,
                    openedAt INTEGER NOT NULL
                ) STRICT;
                CREATE INDEX disputeByJob ON dispute (job, number);
                CREATE TABLE rollup (
                    number INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, jobs INTEGER NOT NULL, sealedAt INTEGER NOT NULL,
                    logIndex INTEGER, checkpoint INTEGER
                ) STRICT;
                CREATE TABLE checkpoint (
                    sequence INTEGER PRIMARY KEY, logSize INTEGER NOT NULL, entries INTEGER NOT NULL, at INTEGER NOT NULL,
                    text TEXT NOT NULL
                ) STRICT;
                CREATE TABLE caller (
                    sequence INTEGER PRIMARY KEY, kind TEXT NOT NULL, token TEXT NOT NULL, name TEXT NOT NULL, key TEXT,
                    request TEXT, at INTEGER NOT NULL
                ) STRICT;
                CREATE INDEX callerByKey ON caller (token, key) WHERE key IS NOT NULL;
                CREATE TABLE change (
                    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, json TEXT NOT NULL
                ) STRICT;
                CREATE TABLE tally (
                    kind TEXT NOT NULL, key TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (kind, key)
                ) STRICT, WITHOUT ROWID;
                PRAGMA application_id = \(applicationID);
                PRAGMA user_version = \(version);
                """)
    }
}
