import type { Migration } from '../migrations.ts'

export const appKeySets: Migration = {
  name: '0029-app-key-sets',
  statements: [
    // Where an app publishes its keys; null if they are given.
    'ALTER TABLE apps ADD COLUMN jwks_uri TEXT',
    // Counts the reads that began: of two, only the later one may write what it has read.
    'ALTER TABLE apps ADD COLUMN set_reads BIGINT NOT NULL DEFAULT 0',
    'ALTER TABLE apps ADD COLUMN set_tried_at BIGINT',
    // What the last read came to: null if none has ended.
    'ALTER TABLE apps ADD COLUMN set_ended_at BIGINT',
    // Null for a read that went well.
    'ALTER TABLE apps ADD COLUMN set_cause TEXT',
    'ALTER TABLE apps ADD COLUMN set_skipped BIGINT',
    // Until when the keys of the set are good without another read, and if that fails.
    'ALTER TABLE apps ADD COLUMN set_fresh_until BIGINT',
    'ALTER TABLE apps ADD COLUMN set_usable_until BIGINT',
    // The keys of the set as it was read last.
    `CREATE TABLE app_set_keys (
      app        TEXT   NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
      kid        TEXT   NOT NULL,
      algorithm  TEXT   NOT NULL,
      public_jwk TEXT   NOT NULL,
      read_at    BIGINT NOT NULL,
      PRIMARY KEY (app, kid)
    )`,
    // When the app last signed a person in, and whether it made them.
    'ALTER TABLE app_people ADD COLUMN last_sign_in_at BIGINT',
    'ALTER TABLE app_people ADD COLUMN is_made BIGINT NOT NULL DEFAULT 0',
  ],
}
