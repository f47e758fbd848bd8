-- What the ladder of reminders has done with a filing, or somebody in its place. The key is what makes a letter go once.
CREATE TABLE notice (
    id            TEXT COLLATE "C" PRIMARY KEY,
    filing_id     TEXT COLLATE "C" NOT NULL REFERENCES filing (id) ON DELETE CASCADE,
    completion_id TEXT COLLATE "C" NOT NULL DEFAULT '',      -- the thread it is about; none for a missing answer
    step          TEXT COLLATE "C" NOT NULL,                 -- model::ladder::Step
    counted_from  DATE NOT NULL,                 -- the last day it was counted from: a later last day starts anew
    how           TEXT COLLATE "C" NOT NULL,                 -- brev, overhoppad
    why           TEXT COLLATE "C",                          -- the reason, when somebody skipped it
    on_day        DATE NOT NULL,
    at            TIMESTAMPTZ NOT NULL,
    by_id         TEXT COLLATE "C" NOT NULL,
    by_name       TEXT COLLATE "C" NOT NULL,
    UNIQUE (filing_id, completion_id, step, counted_from)
);

-- Which filings a letter is about: one letter may remind of several.
CREATE TABLE letter_about (
    letter_id TEXT COLLATE "C" NOT NULL REFERENCES letter (id) ON DELETE CASCADE,
    filing_id TEXT COLLATE "C" NOT NULL REFERENCES filing (id) ON DELETE CASCADE,
    PRIMARY KEY (letter_id, filing_id)
);
CREATE INDEX letter_about_filing ON letter_about (filing_id);

-- No reminders to and including that day.
ALTER TABLE filing ADD COLUMN paused_until DATE;
ALTER TABLE filing ADD COLUMN paused_why TEXT COLLATE "C";
CREATE INDEX letter_namnd ON letter (namnd_id);
