import type { Migration } from '../migrations.ts'

export const registrations: Migration = {
  name: '0016-registrations',
  statements: [
    `CREATE TABLE registration_requests (
      id         TEXT   NOT NULL PRIMARY KEY,
      -- address, type and language, sealed by the master key
      sealed     TEXT   NOT NULL,
      created_at BIGINT NOT NULL
    )`,
    `CREATE TABLE registrations (
      secret_hash TEXT   NOT NULL PRIMARY KEY,
      user_type   TEXT   NOT NULL,
      address     TEXT   NOT NULL,
      address_key TEXT   NOT NULL,
      language    TEXT   NOT NULL,
      attempts    BIGINT NOT NULL,
      created_at  BIGINT NOT NULL,
      expires_at  BIGINT NOT NULL
    )`,
    `CREATE INDEX registrations_by_address ON registrations (address_key)`,
    `CREATE INDEX registrations_by_expiry ON registrations (expires_at)`,
  ],
}
