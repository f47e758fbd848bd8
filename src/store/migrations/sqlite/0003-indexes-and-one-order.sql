-- What a board of many filings is gathered by.
CREATE INDEX filing_uppdrag ON filing (uppdrag_id);
CREATE INDEX grade_comment_filing ON grade_comment (filing_id);
CREATE INDEX correction_round ON correction (round_id);

-- SQLite walks through all of a large value to reach the columns behind it, so the small ones stand first: the board wants
-- the counts of every reading and the workbook of none.
CREATE TABLE reading_new (
    attempt_id TEXT PRIMARY KEY REFERENCES attempt (id),
    rows       BIGINT NOT NULL,
    fel        BIGINT NOT NULL,
    fraga      BIGINT NOT NULL,
    notis      BIGINT NOT NULL,
    rules      TEXT NOT NULL,
    made_at    TIMESTAMP NOT NULL,
    answer     TEXT NOT NULL,
    opened     BLOB NOT NULL
);
INSERT INTO reading_new (attempt_id, rows, fel, fraga, notis, rules, made_at, answer, opened)
    SELECT attempt_id, rows, fel, fraga, notis, rules, made_at, answer, opened FROM reading;
DROP TABLE reading;
ALTER TABLE reading_new RENAME TO reading;

-- What was sent stays as it was sent, also while a new text is being written.
ALTER TABLE feedback ADD COLUMN sent_text TEXT;

-- INSERT OR REPLACE would take a row away without asking the triggers for DELETE.
CREATE TRIGGER event_not_replaced BEFORE INSERT ON event
    WHEN EXISTS (SELECT 1 FROM event WHERE chain = NEW.chain AND nr = NEW.nr)
    BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;
CREATE TRIGGER original_not_replaced BEFORE INSERT ON original
    WHEN EXISTS (SELECT 1 FROM original WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'original is never changed'); END;
CREATE TRIGGER original_part_not_replaced BEFORE INSERT ON original_part
    WHEN EXISTS (SELECT 1 FROM original_part WHERE original_id = NEW.original_id AND nr = NEW.nr)
    BEGIN SELECT RAISE(ABORT, 'original is never changed'); END;
