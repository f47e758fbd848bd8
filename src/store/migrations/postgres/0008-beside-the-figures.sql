-- What a quarter's papers say beside the figures: the diarienummer and who has written them. Only added to: the newest counts.
CREATE TABLE paper_head (
    id         TEXT COLLATE "C" PRIMARY KEY,
    round_id   TEXT COLLATE "C" NOT NULL REFERENCES round (id),
    nr         BIGINT NOT NULL,
    dnr        TEXT COLLATE "C" NOT NULL,
    author     TEXT COLLATE "C" NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    UNIQUE (round_id, nr)
);

-- How a nämnd wants its papers: from which figure the public version is not protected, and its own Word template.
CREATE TABLE paper_form (
    id          TEXT COLLATE "C" PRIMARY KEY,
    namnd_id    TEXT COLLATE "C" NOT NULL REFERENCES namnd (id),
    nr          BIGINT NOT NULL,
    threshold   BIGINT NOT NULL,
    template_id TEXT COLLATE "C" REFERENCES original (id),      -- none: the program's own look
    changed_by  TEXT COLLATE "C" NOT NULL,
    changed_at  TIMESTAMPTZ NOT NULL,
    UNIQUE (namnd_id, nr)
);

-- What is done so that decisions are carried out, and what came of it. Only added to: the newest version of a measure counts.
CREATE TABLE measure (
    id         TEXT COLLATE "C" PRIMARY KEY,
    namnd_id   TEXT COLLATE "C" NOT NULL REFERENCES namnd (id),
    measure    TEXT COLLATE "C" NOT NULL,                       -- the same in all versions
    nr         BIGINT NOT NULL,
    kvartal    TEXT COLLATE "C" NOT NULL,                       -- decided in
    insats     TEXT COLLATE "C",            -- none: all of them
    kind       TEXT COLLATE "C" NOT NULL,                       -- render::document::paper::MeasureKind
    text       TEXT COLLATE "C" NOT NULL,
    outcome    TEXT COLLATE "C" NOT NULL,                       -- empty as long as nobody knows
    outcome_in TEXT COLLATE "C",            -- the quarter the outcome was noted in
    removed    BOOLEAN NOT NULL,
    written_by TEXT COLLATE "C" NOT NULL,
    written_at TIMESTAMPTZ NOT NULL,
    UNIQUE (measure, nr)
);
CREATE INDEX measure_namnd ON measure (namnd_id);

-- What the papers said when the report was fixed, whatever rules and programs say later.
CREATE TABLE fixed_paper (
    fixed_id    TEXT COLLATE "C" PRIMARY KEY REFERENCES fixed_report (id),
    original_id TEXT COLLATE "C" NOT NULL REFERENCES original (id)
);
