-- Where a membership comes from (kvartal, oidc): groups of an identity provider give and take only their own.
ALTER TABLE membership ADD COLUMN source TEXT COLLATE "C" NOT NULL DEFAULT 'kvartal';
-- What the person sees of their own sessions: "Firefox på Windows".
ALTER TABLE session ADD COLUMN agent TEXT COLLATE "C" NOT NULL DEFAULT '';
-- Whose session it was: on a shared computer nobody meets what another has typed.
ALTER TABLE draft ADD COLUMN person_id TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE person ADD COLUMN last_in_at TIMESTAMPTZ;
CREATE INDEX one_time_link_person ON one_time_link (person_id);
CREATE INDEX api_key_namnd ON api_key (namnd_id);
CREATE INDEX session_membership ON session (membership_id);
CREATE INDEX letter_failed ON letter (failed_at);
