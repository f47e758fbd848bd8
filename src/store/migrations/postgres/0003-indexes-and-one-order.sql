-- What a board of many filings is gathered by.
CREATE INDEX filing_uppdrag ON filing (uppdrag_id);
CREATE INDEX grade_comment_filing ON grade_comment (filing_id);
CREATE INDEX correction_round ON correction (round_id);

-- What was sent stays as it was sent, also while a new text is being written.
ALTER TABLE feedback ADD COLUMN sent_text TEXT;

-- TRUNCATE asks no trigger for single rows.
CREATE TRIGGER event_not_emptied BEFORE TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION kept();
CREATE TRIGGER original_not_emptied BEFORE TRUNCATE ON original FOR EACH STATEMENT EXECUTE FUNCTION kept();
CREATE TRIGGER original_part_not_emptied BEFORE TRUNCATE ON original_part FOR EACH STATEMENT EXECUTE FUNCTION kept();

-- Texts sort by their bytes, as on SQLite: rows come in the same order on every server, and an index outlives a change of
-- the server's language. A new column says it itself: TEXT COLLATE "C".
DO $$
DECLARE it record;
BEGIN
    FOR it IN SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = current_schema() AND data_type = 'text' AND table_name NOT LIKE '\_sqlx%'
    LOOP
        EXECUTE format('ALTER TABLE %I ALTER COLUMN %I TYPE TEXT COLLATE "C"', it.table_name, it.column_name);
    END LOOP;
END $$;
