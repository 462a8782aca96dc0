/**
 * One entry per version of the file, applied in order, never edited once released.
 * Money is TEXT (decimal base units): an INTEGER column would be read back as a float.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE journal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    run TEXT NOT NULL,
    at INTEGER NOT NULL,
    event TEXT NOT NULL
  ) STRICT;
  CREATE INDEX journal_run ON journal (run, seq);

  -- What the journal adds up to, for lists: rebuilt from it, never the truth.
  CREATE TABLE runs (
    run TEXT PRIMARY KEY,
    job TEXT NOT NULL,
    network TEXT NOT NULL,
    practice INTEGER NOT NULL,
    title TEXT NOT NULL,
    image TEXT,
    stage TEXT NOT NULL,
    outcome TEXT,
    status TEXT,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    gross TEXT,
    "transaction" TEXT
  ) STRICT;
  CREATE INDEX runs_started ON runs (started_at DESC, run);
  CREATE INDEX runs_outcome ON runs (outcome, started_at DESC);

  CREATE TABLE phases (at INTEGER PRIMARY KEY, phase TEXT NOT NULL) STRICT;
  CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  `,
  `
  -- Images that Offpeak fetched for jobs: only these are used without asking their registry again.
  CREATE TABLE fetched_images (
    reference TEXT PRIMARY KEY,
    image_id TEXT NOT NULL,
    fetched_at INTEGER NOT NULL,
    private INTEGER NOT NULL
  ) STRICT;
  `,
];
