import type { Migration } from '../migrations.ts'

export const keysOfServices: Migration = {
  name: '0025-keys-of-services',
  statements: [
    // Secrets that a service shares with this server, which signs its tokens by them.
    `CREATE TABLE shared_keys (
      kid           TEXT   NOT NULL PRIMARY KEY,
      service       TEXT   NOT NULL REFERENCES services (id) ON DELETE CASCADE,
      algorithm     TEXT   NOT NULL,
      secret_sealed TEXT   NOT NULL,
      created_at    BIGINT NOT NULL,
      -- from when on it signs
      starts_at     BIGINT NOT NULL,
      -- from when on neither side should know it; null while none has taken its place
      ends_at       BIGINT,
      last_used_at  BIGINT
    )`,
    'CREATE INDEX shared_keys_by_service ON shared_keys (service)',
    'CREATE INDEX shared_keys_by_end ON shared_keys (ends_at) WHERE ends_at IS NOT NULL',
    // Whose tokens a key signs: those of one service, or with an empty text every other.
    `ALTER TABLE signing_keys ADD COLUMN service TEXT NOT NULL DEFAULT ''`,
    'DROP INDEX signing_keys_one_each',
    `CREATE UNIQUE INDEX signing_keys_one_each ON signing_keys (service, algorithm, status) WHERE status <> 'retired'`,
  ],
}
