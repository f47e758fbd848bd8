-- What has been received and what has been logged is never changed, whoever holds the connection.
CREATE TRIGGER event_kept BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;
CREATE TRIGGER event_not_removed BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;
CREATE TRIGGER original_kept BEFORE UPDATE ON original BEGIN SELECT RAISE(ABORT, 'original is never changed'); END;
CREATE TRIGGER original_part_kept BEFORE UPDATE ON original_part BEGIN SELECT RAISE(ABORT, 'original is never changed'); END;
