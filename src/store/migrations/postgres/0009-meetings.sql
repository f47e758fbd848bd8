-- When those meet who shall have the report, and IVO's window where it is another than the rule says.
ALTER TABLE round ADD COLUMN namnd_meets DATE;
ALTER TABLE round ADD COLUMN fullmaktige_meets DATE;
ALTER TABLE round ADD COLUMN ivo_from DATE;
ALTER TABLE round ADD COLUMN ivo_to DATE;
