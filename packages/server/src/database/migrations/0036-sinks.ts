import type { Migration } from '../migrations.ts'

export const sinks: Migration = {
  name: '0036-sinks',
  statements: [
    // A consumer whose work lies outside of the database is held by one process for a time.
    'ALTER TABLE activity_consumers ADD COLUMN holder TEXT',
    'ALTER TABLE activity_consumers ADD COLUMN held_until BIGINT NOT NULL DEFAULT 0',
    // Where the log is sent, and how that goes. How far each has come stands in activity_consumers.
    `CREATE TABLE sinks (
      name          TEXT   NOT NULL PRIMARY KEY,
      kind          TEXT   NOT NULL,
      address       TEXT   NOT NULL,
      format        TEXT   NOT NULL,
      seen_at       BIGINT NOT NULL,
      delivered_at  BIGINT,
      failing_since BIGINT,
      last_error    TEXT,
      stalled_at    BIGINT
    )`,
    // What each process does unasked, and how it last went.
    `CREATE TABLE job_runs (
      process       TEXT   NOT NULL,
      job           TEXT   NOT NULL,
      every_ms      BIGINT NOT NULL,
      last_run_at   BIGINT,
      took_ms       BIGINT,
      next_at       BIGINT,
      last_error    TEXT,
      failing_since BIGINT,
      PRIMARY KEY (process, job)
    )`,
  ],
}
