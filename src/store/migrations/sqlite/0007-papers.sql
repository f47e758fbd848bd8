-- What a person has written in a section of a paper, in place of the generated sentences. Only added to: the newest counts,
-- and an empty one takes the generated sentences back.
CREATE TABLE section_text (
    id         TEXT PRIMARY KEY,
    round_id   TEXT NOT NULL REFERENCES round (id),
    paper      TEXT NOT NULL,                    -- render::document::Kind
    section    TEXT NOT NULL,
    nr         BIGINT NOT NULL,
    text       TEXT NOT NULL,
    figures    TEXT NOT NULL,                    -- JSON: pairs of path in report.json and what the draft showed there
    written_by TEXT NOT NULL,
    written_at TIMESTAMP NOT NULL,
    UNIQUE (round_id, paper, section, nr)
);

-- What anybody may read, as it was when the report was fixed. Later quarters are protected with regard to it.
CREATE TABLE published (
    id           TEXT PRIMARY KEY,
    round_id     TEXT NOT NULL REFERENCES round (id),
    json         TEXT NOT NULL,
    published_at TIMESTAMP NOT NULL
);
CREATE INDEX published_round ON published (round_id);

-- When a report about a case was sent to IVO, and the answer. Only added to: the newest counts.
CREATE TABLE ivo_notice (
    id         TEXT PRIMARY KEY,
    round_id   TEXT NOT NULL REFERENCES round (id),
    line_key   TEXT NOT NULL,                    -- the case, whatever number it has in the list
    nr         BIGINT NOT NULL,
    sent_on    DATE,
    answer     TEXT NOT NULL,
    noted_by   TEXT NOT NULL,
    noted_at   TIMESTAMP NOT NULL,
    UNIQUE (round_id, line_key, nr)
);
