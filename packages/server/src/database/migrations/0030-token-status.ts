import type { Migration } from '../migrations.ts'

export const tokenStatus: Migration = {
  name: '0030-token-status',
  statements: [
    // Of any number who revoke one token at once, one does.
    `CREATE UNIQUE INDEX revocations_of_token ON revocations (key, expires_at) WHERE kind = 'token'`,
    // The places of tokens in status lists, each of one process, with what a revocation may name of the token.
    `CREATE TABLE status_entries (
      list       TEXT   NOT NULL,
      place      BIGINT NOT NULL,
      service    TEXT   NOT NULL REFERENCES services (id) ON DELETE CASCADE,
      -- JSON
      claims     TEXT   NOT NULL,
      expires_at BIGINT NOT NULL,
      PRIMARY KEY (list, place)
    )`,
    'CREATE INDEX status_entries_by_end ON status_entries (expires_at)',
    // Of the scopes of a service, and of what a device has by its keys: tokens say it, so that older ones can be ended.
    'ALTER TABLE services ADD COLUMN scopes_version BIGINT NOT NULL DEFAULT 0',
    // A key of a service that was revoked is in no key set any more, whatever it has signed.
    'ALTER TABLE service_keys ADD COLUMN revoked_at BIGINT',
    'ALTER TABLE devices ADD COLUMN tokens_version BIGINT NOT NULL DEFAULT 0',
    'CREATE INDEX status_entries_by_service ON status_entries (service)',
  ],
}
