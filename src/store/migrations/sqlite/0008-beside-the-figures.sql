-- What a quarter's papers say beside the figures: the diarienummer and who has written them. Only added to: the newest counts.
CREATE TABLE paper_head (
    id         TEXT PRIMARY KEY,
    round_id   TEXT NOT NULL REFERENCES round (id),
    nr         BIGINT NOT NULL,
    dnr        TEXT NOT NULL,
    author     TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    UNIQUE (round_id, nr)
);

-- How a nämnd wants its papers: from which figure the public version is not protected, and its own Word template.
CREATE TABLE paper_form (
    id          TEXT PRIMARY KEY,
    namnd_id    TEXT NOT NULL REFERENCES namnd (id),
    nr          BIGINT NOT NULL,
    threshold   BIGINT NOT NULL,
    template_id TEXT REFERENCES original (id),      -- none: the program's own look
    changed_by  TEXT NOT NULL,
    changed_at  TIMESTAMP NOT NULL,
    UNIQUE (namnd_id, nr)
);

-- What is done so that decisions are carried out, and what came of it. Only added to: the newest version of a measure counts.
CREATE TABLE measure (
    id         TEXT PRIMARY KEY,
    namnd_id   TEXT NOT NULL REFERENCES namnd (id),
    measure    TEXT NOT NULL,                       -- the same in all versions
    nr         BIGINT NOT NULL,
    kvartal    TEXT NOT NULL,                       -- decided in
    insats     TEXT,                                -- none: all of them
    kind       TEXT NOT NULL,                       -- render::document::paper::MeasureKind
    text       TEXT NOT NULL,
    outcome    TEXT NOT NULL,                       -- empty as long as nobody knows
    outcome_in TEXT,                                -- the quarter the outcome was noted in
    removed    BOOLEAN NOT NULL,
    written_by TEXT NOT NULL,
    written_at TIMESTAMP NOT NULL,
    UNIQUE (measure, nr)
);
CREATE INDEX measure_namnd ON measure (namnd_id);

-- What the papers said when the report was fixed, whatever rules and programs say later.
CREATE TABLE fixed_paper (
    fixed_id    TEXT PRIMARY KEY REFERENCES fixed_report (id),
    original_id TEXT NOT NULL REFERENCES original (id)
);
