import type { Migration } from '../migrations.ts'

/** What processes of one database tell each other: who is there, and whose rights have ended. */
export const processes: Migration = {
  name: '0003-processes',
  statements: [
    `CREATE TABLE processes (
      id TEXT PRIMARY KEY,
      host TEXT NOT NULL,
      pid BIGINT NOT NULL,
      started_at BIGINT NOT NULL,
      seen_at BIGINT NOT NULL
    )`,
    `CREATE TABLE right_changes (
      id TEXT PRIMARY KEY,
      subject TEXT NOT NULL,
      at BIGINT NOT NULL
    )`,
  ],
}
