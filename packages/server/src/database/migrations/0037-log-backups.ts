import type { Migration } from '../migrations.ts'

export const logBackups: Migration = {
  name: '0037-log-backups',
  statements: [
    `CREATE TABLE activity_backups (
      id        TEXT   NOT NULL PRIMARY KEY,
      began_at  BIGINT NOT NULL,
      -- when the process that makes it was heard of last
      beat_at   BIGINT NOT NULL,
      ended_at  BIGINT,
      -- where to, without what opens it
      place     TEXT   NOT NULL,
      outcome   TEXT   NOT NULL CHECK (outcome IN ('running', 'success', 'failure')),
      reason    TEXT,
      -- how many events the log had, and what was written of them
      size      BIGINT NOT NULL,
      files     BIGINT NOT NULL,
      bytes     BIGINT NOT NULL
    )`,
    `CREATE UNIQUE INDEX activity_backups_one_running ON activity_backups (outcome) WHERE outcome = 'running'`,
  ],
}
