import type { Migration } from '../migrations.ts'

export const peppers: Migration = {
  name: '0017-peppers',
  statements: [
    // The names of the secrets that passwords have been hashed with, never the secrets.
    `CREATE TABLE password_peppers (
      name    TEXT   NOT NULL PRIMARY KEY,
      used_at BIGINT NOT NULL
    )`,
  ],
}
