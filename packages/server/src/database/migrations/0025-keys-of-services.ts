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
    // Key pairs of a service of its own, by which its tokens are signed and nobody else's.
    `CREATE TABLE service_keys (
      kid            TEXT   NOT NULL PRIMARY KEY,
      service        TEXT   NOT NULL REFERENCES services (id) ON DELETE CASCADE,
      algorithm      TEXT   NOT NULL,
      status         TEXT   NOT NULL CHECK (status IN ('next', 'active', 'retired')),
      public_jwk     TEXT   NOT NULL,
      private_sealed TEXT   NOT NULL,
      created_at     BIGINT NOT NULL,
      activated_at   BIGINT,
      retired_at     BIGINT,
      last_used_at   BIGINT
    )`,
    // One key signs and one comes next, whatever two processes may think.
    `CREATE UNIQUE INDEX service_keys_one_each ON service_keys (service, status) WHERE status <> 'retired'`,
    'CREATE INDEX service_keys_by_service ON service_keys (service)',
  ],
}
