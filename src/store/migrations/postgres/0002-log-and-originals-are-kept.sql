-- What has been received and what has been logged is never changed, whoever holds the connection.
CREATE FUNCTION kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;
CREATE TRIGGER event_kept BEFORE UPDATE OR DELETE ON event FOR EACH ROW EXECUTE FUNCTION kept();
CREATE TRIGGER original_kept BEFORE UPDATE ON original FOR EACH ROW EXECUTE FUNCTION kept();
CREATE TRIGGER original_part_kept BEFORE UPDATE ON original_part FOR EACH ROW EXECUTE FUNCTION kept();
