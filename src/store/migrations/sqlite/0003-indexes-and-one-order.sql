-- What a board of many filings is gathered by.
CREATE INDEX filing_uppdrag ON filing (uppdrag_id);
CREATE INDEX grade_comment_filing ON grade_comment (filing_id);
CREATE INDEX correction_round ON correction (round_id);

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
