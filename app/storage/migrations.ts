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
  `
  -- Volumes of fetched resources: one per content, or one of a run alone (then the run is named).
  CREATE TABLE resource_volumes (
    volume TEXT PRIMARY KEY,
    key TEXT NOT NULL,
    run TEXT,
    label TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    files INTEGER NOT NULL,
    pinned INTEGER NOT NULL DEFAULT 0,
    used_at INTEGER NOT NULL
  ) STRICT;
  -- Files that are wholly there, so that a crash costs only the one that was on its way.
  CREATE TABLE resource_files (
    volume TEXT NOT NULL REFERENCES resource_volumes (volume) ON DELETE CASCADE,
    path TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (volume, path)
  ) STRICT, WITHOUT ROWID;
  -- Runs that need a volume: it stays until the last of them is over.
  CREATE TABLE resource_holds (
    volume TEXT NOT NULL REFERENCES resource_volumes (volume) ON DELETE CASCADE,
    run TEXT NOT NULL,
    PRIMARY KEY (volume, run)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Which identity a run was offered to: with several cards there are several in one app.
  ALTER TABLE runs ADD COLUMN host TEXT NOT NULL DEFAULT '';
  `,
  `
  CREATE TABLE benchmarks (
    id INTEGER PRIMARY KEY,
    card TEXT NOT NULL,
    at INTEGER NOT NULL,
    report TEXT NOT NULL
  ) STRICT;
  CREATE INDEX benchmarks_card ON benchmarks (card, at);
  `,
  `
  -- What there is of a benchmark that has not come to its end.
  CREATE TABLE benchmark_runs (
    card TEXT NOT NULL,
    level TEXT NOT NULL,
    at INTEGER NOT NULL,
    run TEXT NOT NULL,
    PRIMARY KEY (card, level)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Settings of cards that are changed now: written before each change, gone when it is put back.
  CREATE TABLE power_leases (
    card TEXT NOT NULL,
    kind TEXT NOT NULL,
    before REAL,
    value REAL NOT NULL,
    since INTEGER NOT NULL,
    boot TEXT NOT NULL,
    PRIMARY KEY (card, kind)
  ) STRICT, WITHOUT ROWID;
  `,
];
