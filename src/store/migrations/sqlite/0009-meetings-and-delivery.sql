-- When those meet who shall have the report, and IVO's window where it is another than the rule says.
ALTER TABLE round ADD COLUMN namnd_meets DATE;
ALTER TABLE round ADD COLUMN fullmaktige_meets DATE;
ALTER TABLE round ADD COLUMN ivo_from DATE;
ALTER TABLE round ADD COLUMN ivo_to DATE;

-- A reminder that no letter of reached anybody is none for the rating. `laid_at` is when its letters were written.
ALTER TABLE reminder ADD COLUMN laid_at TIMESTAMP;
ALTER TABLE reminder ADD COLUMN undelivered_at TIMESTAMP;
