import type { Migration } from '../migrations.ts'

export const keyRing: Migration = {
  name: '0026-key-ring',
  statements: [
    // A key that was revoked is in no key set any more, whatever it has signed.
    'ALTER TABLE signing_keys ADD COLUMN revoked_at BIGINT',
    // Who fetches a key set: a network and a program, with their last fetch.
    `CREATE TABLE key_set_fetches (
      key_set    TEXT   NOT NULL,
      network    TEXT   NOT NULL,
      user_agent TEXT   NOT NULL,
      key_ids    TEXT   NOT NULL,
      first_at   BIGINT NOT NULL,
      last_at    BIGINT NOT NULL,
      PRIMARY KEY (key_set, network, user_agent)
    )`,
    'CREATE INDEX key_set_fetches_by_last ON key_set_fetches (last_at)',
  ],
}
