-- Files that an utförare has chosen but not yet given an uppdrag are looked for by sender.
CREATE INDEX original_sender ON original (sender);
CREATE INDEX attempt_original ON attempt (original_id);
CREATE INDEX basis_original ON basis (original_id);
CREATE INDEX fixed_report_original ON fixed_report (original_id);
