-- Truth: what was received and what people decided. Derived rows (reading) can be made again from it.
-- Expand first, contract later: a column is added in one migration and an old one removed in a later release.
-- Keys are UUIDv7 as text, times are UTC instants, days are Swedish calendar days.

CREATE TABLE namnd (
    id         TEXT PRIMARY KEY,
    kommun     TEXT NOT NULL,
    namn       TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    -- Rises with every change of the nämnd's own rules or settings, so that nodes know when to load again.
    rules_version BIGINT NOT NULL DEFAULT 0,
    UNIQUE (kommun, namn)
);

-- People and sign-in ------------------------------------------------------------------------------------------------

CREATE TABLE person (
    id            TEXT PRIMARY KEY,
    mail          TEXT NOT NULL UNIQUE,          -- folded to lower case
    name          TEXT NOT NULL,
    password_hash TEXT,                          -- argon2id, PHC string; none before the invitation is used
    totp_key      TEXT,                          -- base32; none until the second factor is set up
    totp_step     BIGINT NOT NULL DEFAULT 0,     -- last time step used, so that a code works once
    oidc_subject  TEXT UNIQUE,                   -- issuer|sub
    failed_tries  BIGINT NOT NULL DEFAULT 0,
    locked_until  TIMESTAMPTZ,
    created_at    TIMESTAMPTZ NOT NULL,
    closed_at     TIMESTAMPTZ
);

CREATE TABLE membership (
    id          TEXT PRIMARY KEY,
    person_id   TEXT NOT NULL REFERENCES person (id),
    namnd_id    TEXT NOT NULL REFERENCES namnd (id),
    role        TEXT NOT NULL,                   -- utforare, handlaggare, samordnare, lasare, administrator
    utforare_id TEXT,                            -- set when and only when role = utforare
    created_at  TIMESTAMPTZ NOT NULL,
    ended_at    TIMESTAMPTZ
);
CREATE INDEX membership_person ON membership (person_id);
CREATE INDEX membership_namnd ON membership (namnd_id);

CREATE TABLE session (
    key_hash      TEXT PRIMARY KEY,              -- SHA-256 of the cookie; the cookie itself is nowhere
    person_id     TEXT NOT NULL REFERENCES person (id),
    membership_id TEXT REFERENCES membership (id), -- none while the second factor or the choice of membership remains
    step          TEXT NOT NULL,                 -- second_factor, set_up, choose, in
    method        TEXT NOT NULL,                 -- losenord, oidc
    created_at    TIMESTAMPTZ NOT NULL,
    seen_at       TIMESTAMPTZ NOT NULL,
    ended_at      TIMESTAMPTZ
);
CREATE INDEX session_person ON session (person_id);

CREATE TABLE recovery_code (
    person_id TEXT NOT NULL REFERENCES person (id),
    code_hash TEXT NOT NULL,
    used_at   TIMESTAMPTZ,
    PRIMARY KEY (person_id, code_hash)
);

CREATE TABLE one_time_link (
    key_hash   TEXT PRIMARY KEY,
    person_id  TEXT NOT NULL REFERENCES person (id),
    purpose    TEXT NOT NULL,                    -- inbjudan, aterstallning
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at    TIMESTAMPTZ
);

-- What a person had typed when the session ended.
CREATE TABLE draft (
    key_hash   TEXT PRIMARY KEY,
    path       TEXT NOT NULL,
    body       TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

-- A sign-in by OpenID Connect on its way through the provider.
CREATE TABLE oidc_try (
    key_hash   TEXT PRIMARY KEY,
    state      TEXT NOT NULL,
    nonce      TEXT NOT NULL,
    verifier   TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE api_key (
    id           TEXT PRIMARY KEY,
    namnd_id     TEXT NOT NULL REFERENCES namnd (id),
    utforare_id  TEXT NOT NULL,
    name         TEXT NOT NULL,
    key_hash     TEXT NOT NULL UNIQUE,
    hint         TEXT NOT NULL,                  -- the first characters, so that people can tell keys apart
    created_by   TEXT NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ,
    revoked_at   TIMESTAMPTZ
);

CREATE TABLE idempotency (
    api_key_id   TEXT NOT NULL REFERENCES api_key (id),
    key          TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    attempt_id   TEXT NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (api_key_id, key)
);

-- Who is expected to report what --------------------------------------------------------------------------------------

CREATE TABLE utforare (
    id         TEXT PRIMARY KEY,
    namnd_id   TEXT NOT NULL REFERENCES namnd (id),
    nyckel     TEXT NOT NULL,                    -- stable key, as in omgang.toml
    namn       TEXT NOT NULL,
    orgnr      TEXT,                             -- none for egen regi
    alias      TEXT NOT NULL DEFAULT '[]',       -- JSON list of texts
    rated      BOOLEAN NOT NULL DEFAULT TRUE,
    created_at TIMESTAMPTZ NOT NULL,
    closed_at  TIMESTAMPTZ,
    UNIQUE (namnd_id, nyckel)
);

CREATE TABLE kontakt (
    id          TEXT PRIMARY KEY,
    utforare_id TEXT NOT NULL REFERENCES utforare (id),
    namn        TEXT NOT NULL,
    epost       TEXT NOT NULL,
    UNIQUE (utforare_id, epost)
);

CREATE TABLE uppdrag (
    id          TEXT PRIMARY KEY,
    utforare_id TEXT NOT NULL REFERENCES utforare (id),
    insatser    TEXT NOT NULL,                   -- JSON list of keys; one uppdrag = one row of the quality table
    fran        DATE,                            -- contract, first day; none = always
    till        DATE                             -- contract, last day
);
CREATE INDEX uppdrag_utforare ON uppdrag (utforare_id);

CREATE TABLE own_rule (
    namnd_id   TEXT NOT NULL REFERENCES namnd (id),
    path       TEXT NOT NULL,                    -- as in a rules folder: for-sent/FS900-….toml
    text       TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (namnd_id, path)
);

-- The quarter ---------------------------------------------------------------------------------------------------------

CREATE TABLE original (
    id          TEXT PRIMARY KEY,
    sha256      TEXT NOT NULL,
    name        TEXT NOT NULL,
    size        BIGINT NOT NULL,
    sender      TEXT NOT NULL,                   -- person id, api key id or ”import”
    received_at TIMESTAMPTZ NOT NULL
);

-- Large files would make one row too large for a message: bytes lie in pieces.
CREATE TABLE original_part (
    original_id TEXT NOT NULL REFERENCES original (id),
    nr          BIGINT NOT NULL,
    bytes       BYTEA NOT NULL,
    PRIMARY KEY (original_id, nr)
);

CREATE TABLE round (
    id          TEXT PRIMARY KEY,
    namnd_id    TEXT NOT NULL REFERENCES namnd (id),
    kvartal     TEXT NOT NULL,                   -- 2023-Q4
    opens       DATE NOT NULL,
    last_day    DATE NOT NULL,                   -- inclusive, Europe/Stockholm
    report_day  DATE NOT NULL,
    -- Rises with every change that can move a figure; readers use it as the key of what they have computed.
    version     BIGINT NOT NULL DEFAULT 0,
    state       TEXT NOT NULL DEFAULT 'open',    -- open, fixed
    history     TEXT NOT NULL DEFAULT '[]',      -- figures of quarters from before Kvartal
    created_at  TIMESTAMPTZ NOT NULL,
    UNIQUE (namnd_id, kvartal)
);

-- The last report (report.json), the register, ongoing decisions.
CREATE TABLE basis (
    round_id    TEXT NOT NULL REFERENCES round (id),
    kind        TEXT NOT NULL,                   -- foregaende, register, pagaende
    original_id TEXT NOT NULL REFERENCES original (id),
    loaded_by   TEXT NOT NULL,
    loaded_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (round_id, kind)
);

-- A fixed report, with what proves that it still comes out the same. Unlocking keeps it; the newest counts.
CREATE TABLE fixed_report (
    id          TEXT PRIMARY KEY,
    round_id    TEXT NOT NULL REFERENCES round (id),
    nr          BIGINT NOT NULL,
    original_id TEXT NOT NULL REFERENCES original (id), -- report.json
    rules       TEXT NOT NULL,                   -- version and SHA-256 of the rule set
    fixed_by    TEXT NOT NULL,
    fixed_at    TIMESTAMPTZ NOT NULL,
    unlocked_by TEXT,
    unlocked_at TIMESTAMPTZ,
    unlock_reason TEXT,
    UNIQUE (round_id, nr)
);

CREATE TABLE correction (
    id         TEXT PRIMARY KEY,
    round_id   TEXT NOT NULL REFERENCES round (id),
    text       TEXT NOT NULL,
    made_by    TEXT NOT NULL,
    made_at    TIMESTAMPTZ NOT NULL
);

-- utförare × insatsgrupp × quarter
CREATE TABLE filing (
    id           TEXT PRIMARY KEY,
    round_id     TEXT NOT NULL REFERENCES round (id),
    uppdrag_id   TEXT NOT NULL REFERENCES uppdrag (id),
    state        TEXT NOT NULL,                  -- model::words::FilingState
    accepted_id  TEXT,                           -- the attempt that stands
    extended_to  DATE,
    extended_why TEXT,
    version      BIGINT NOT NULL DEFAULT 0,      -- optimistic lock: what the page showed must still be so
    changed_at   TIMESTAMPTZ NOT NULL,
    UNIQUE (round_id, uppdrag_id)
);

CREATE TABLE attempt (
    id          TEXT PRIMARY KEY,
    filing_id   TEXT NOT NULL REFERENCES filing (id),
    nr          BIGINT NOT NULL,
    nil         BOOLEAN NOT NULL DEFAULT FALSE,  -- ”Inget att rapportera”
    original_id TEXT REFERENCES original (id),   -- none for a nil return
    sender      TEXT NOT NULL,                   -- person id, api key id or ”import”
    sender_name TEXT NOT NULL,
    received_at TIMESTAMPTZ NOT NULL,
    state       TEXT NOT NULL,                   -- received, reading, stopped, read, withdrawn
    outcome     TEXT,                            -- model::words::Outcome; none until read
    stop        TEXT,                            -- JSON: why it was stopped, and what was proposed
    lease_until TIMESTAMPTZ,                           -- somebody is reading it
    tries       BIGINT NOT NULL DEFAULT 0,
    UNIQUE (filing_id, nr)
);
CREATE INDEX attempt_state ON attempt (state);

-- Derived: what the caged reader saw and what the rules said. `kvartal rebuild` makes it again and compares.
CREATE TABLE reading (
    attempt_id TEXT PRIMARY KEY REFERENCES attempt (id),
    rows       BIGINT NOT NULL,
    fel        BIGINT NOT NULL,
    fraga      BIGINT NOT NULL,
    notis      BIGINT NOT NULL,
    rules      TEXT NOT NULL,                    -- version and SHA-256 of the rule set that judged
    answer     TEXT NOT NULL,                    -- JSON: rows and findings, as `kvartal check --json`
    made_at    TIMESTAMPTZ NOT NULL
);

-- The utförare's answer to a question (a reason, or a confirmation of all of a kind).
CREATE TABLE reply (
    id         TEXT PRIMARY KEY,
    attempt_id TEXT NOT NULL REFERENCES attempt (id),
    rule       TEXT NOT NULL,
    sheet      TEXT,                             -- none = all findings of the rule in the attempt
    row        BIGINT,                           -- as Excel shows it, from 1
    text       TEXT NOT NULL,
    person_id  TEXT NOT NULL,
    at         TIMESTAMPTZ NOT NULL
);
CREATE INDEX reply_attempt ON reply (attempt_id);

-- What the handläggare decided about a row. The newest counts; the older ones are kept.
CREATE TABLE decision (
    id          TEXT PRIMARY KEY,
    attempt_id  TEXT NOT NULL REFERENCES attempt (id),
    sheet       TEXT NOT NULL,
    row         BIGINT NOT NULL,
    nr          BIGINT NOT NULL,                -- 1, 2, …: two people deciding the same row meet here
    decision    TEXT NOT NULL,                   -- medrakna, undanta, upphavd
    reason      TEXT NOT NULL,
    person_id   TEXT NOT NULL,
    at          TIMESTAMPTZ NOT NULL,
    UNIQUE (attempt_id, sheet, row, nr)
);

-- A completion asked for, and what was said about it.
CREATE TABLE completion (
    id            TEXT PRIMARY KEY,
    filing_id     TEXT NOT NULL REFERENCES filing (id),
    attempt_id    TEXT REFERENCES attempt (id),
    sheet         TEXT,
    row           BIGINT,
    missing_cases BIGINT NOT NULL DEFAULT 0,    -- cases the handläggare found missing
    due           DATE NOT NULL,
    asked_at      TIMESTAMPTZ NOT NULL,
    answered_at   TIMESTAMPTZ,
    closed_at     TIMESTAMPTZ
);
CREATE INDEX completion_filing ON completion (filing_id);

CREATE TABLE completion_message (
    id            TEXT PRIMARY KEY,
    completion_id TEXT NOT NULL REFERENCES completion (id),
    person_id     TEXT NOT NULL,
    person_name   TEXT NOT NULL,
    side          TEXT NOT NULL,                 -- utforare, namnd
    text          TEXT NOT NULL,
    at            TIMESTAMPTZ NOT NULL
);
CREATE INDEX completion_message_of ON completion_message (completion_id);

CREATE TABLE reminder (
    id        TEXT PRIMARY KEY,
    filing_id TEXT NOT NULL REFERENCES filing (id),
    nr        BIGINT NOT NULL,
    sent_on   DATE NOT NULL,
    sent_by   TEXT NOT NULL,
    UNIQUE (filing_id, nr)
);

-- The handläggare's own grade. The newest counts.
CREATE TABLE grade (
    id        TEXT PRIMARY KEY,
    filing_id TEXT NOT NULL REFERENCES filing (id),
    grade     TEXT,                              -- none = back to the suggested one
    reason    TEXT NOT NULL,
    person_id TEXT NOT NULL,
    at        TIMESTAMPTZ NOT NULL
);
CREATE INDEX grade_filing ON grade (filing_id);

CREATE TABLE grade_comment (
    id        TEXT PRIMARY KEY,
    filing_id TEXT NOT NULL REFERENCES filing (id),
    text      TEXT NOT NULL,
    person_id TEXT NOT NULL,
    at        TIMESTAMPTZ NOT NULL
);

CREATE TABLE feedback (
    filing_id TEXT PRIMARY KEY REFERENCES filing (id),
    text      TEXT NOT NULL,
    person_id TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    sent_at   TIMESTAMPTZ
);

-- Letters on their way out. Written in the same transaction as what they tell about.
CREATE TABLE letter (
    id          TEXT PRIMARY KEY,
    namnd_id    TEXT,
    kind        TEXT NOT NULL,
    recipient   TEXT NOT NULL,
    subject     TEXT NOT NULL,
    text_body   TEXT NOT NULL,
    html_body   TEXT NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    next_try_at TIMESTAMPTZ NOT NULL,
    lease_until TIMESTAMPTZ,
    tries       BIGINT NOT NULL DEFAULT 0,
    sent_at     TIMESTAMPTZ,
    failed_at   TIMESTAMPTZ,
    fault       TEXT
);
CREATE INDEX letter_waiting ON letter (sent_at, failed_at, next_try_at);

-- The log: append-only, each entry carries the hash of the one before. One chain per nämnd and one for the system.
CREATE TABLE event (
    chain     TEXT NOT NULL,                     -- namnd id, or ”system”
    nr        BIGINT NOT NULL,                   -- 1, 2, 3 … without gaps
    at        TEXT NOT NULL,                     -- as hashed: RFC 3339, microseconds, UTC
    actor     TEXT NOT NULL,                     -- person id, api key id, ”system”, ”import”
    actor_name TEXT NOT NULL,
    kind      TEXT NOT NULL,                     -- store::event::Kind
    about     TEXT NOT NULL,                     -- id of the filing, person, round …
    data      TEXT NOT NULL,                     -- JSON as hashed; never personal data of those the decisions are about
    before    TEXT NOT NULL,                     -- hash of the entry before
    hash      TEXT NOT NULL,
    PRIMARY KEY (chain, nr)
);
CREATE INDEX event_about ON event (about);

CREATE TABLE event_head (
    chain TEXT PRIMARY KEY,
    nr    BIGINT NOT NULL,
    hash  TEXT NOT NULL
);
