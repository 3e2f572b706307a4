import type { Migration } from '../migrations.ts'

export const logConsumers: Migration = {
  name: '0032-log-consumers',
  statements: [
    // What reads the log in the order of commits, and the place that it reads next.
    `CREATE TABLE activity_consumers (
      name     TEXT   NOT NULL PRIMARY KEY,
      seq      BIGINT NOT NULL,
      moved_at BIGINT NOT NULL
    )`,
  ],
}
