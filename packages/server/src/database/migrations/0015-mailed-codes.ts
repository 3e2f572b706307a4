import type { Migration } from '../migrations.ts'

export const mailedCodes: Migration = {
  name: '0015-mailed-codes',
  statements: [
    `CREATE TABLE mailed_codes (
      challenge_hash TEXT NOT NULL PRIMARY KEY REFERENCES sign_in_challenges (secret_hash) ON DELETE CASCADE,
      -- by a key of its own: six digits are found in a plain hash at once
      code_mac       TEXT NOT NULL
    )`,
    // One row while the mail server fails.
    `CREATE TABLE mail_server (
      one          BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
      failed_since BIGINT NOT NULL
    )`,
    // When a link last set the password: whoever has followed one a moment ago is not asked for a code.
    `ALTER TABLE factor_states ADD COLUMN link_used_at BIGINT`,
  ],
}
