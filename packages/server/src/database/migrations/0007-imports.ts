import type { Migration } from '../migrations.ts'

export const imports: Migration = {
  name: '0007-imports',
  statements: [
    // How far the import of a file got, so that one that was cut off goes on where it ended.
    `CREATE TABLE imports (
      -- of the file, and of what was asked about it
      digest      TEXT   NOT NULL PRIMARY KEY,
      started_at  BIGINT NOT NULL,
      -- records that are done, whatever became of each
      records     BIGINT NOT NULL,
      created     BIGINT NOT NULL,
      finished_at BIGINT
    )`,
  ],
}
