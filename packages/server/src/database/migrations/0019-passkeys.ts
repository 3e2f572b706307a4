import type { Migration } from '../migrations.ts'

export const passkeys: Migration = {
  name: '0019-passkeys',
  statements: [
    `CREATE TABLE passkeys (
      id            TEXT   NOT NULL PRIMARY KEY,
      user_id       TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      credential_id TEXT   NOT NULL UNIQUE,
      algorithm     TEXT   NOT NULL,
      -- a JWK
      public_key    TEXT   NOT NULL,
      -- the domain it was made for; with another one it is worth nothing
      rp_id         TEXT   NOT NULL,
      sign_count    BIGINT NOT NULL,
      is_backup_eligible BIGINT NOT NULL,
      is_backed_up  BIGINT NOT NULL,
      -- 0: it was made without a prompt and signs in, but nothing asks for it beside the password
      is_factor     BIGINT NOT NULL,
      -- how the browser reaches it, with blanks between
      transports    TEXT   NOT NULL,
      -- the model of the authenticator, for which nobody vouches
      aaguid        TEXT   NOT NULL,
      name          TEXT   NOT NULL,
      created_at    BIGINT NOT NULL,
      last_used_at  BIGINT
    )`,
    `CREATE INDEX passkeys_by_user ON passkeys (user_id)`,
    `CREATE TABLE passkey_challenges (
      challenge_hash TEXT   NOT NULL PRIMARY KEY,
      purpose        TEXT   NOT NULL CHECK (purpose IN ('registration', 'sign_in')),
      -- whose passkey is being made; null for a sign-in, which says it by itself
      user_id        TEXT   REFERENCES users (id) ON DELETE CASCADE,
      -- the session that asked for it; null for a sign-in
      made_for       TEXT,
      -- 0: without a prompt, which the server has decided beforehand
      is_prompted    BIGINT NOT NULL,
      created_at     BIGINT NOT NULL,
      expires_at     BIGINT NOT NULL
    )`,
    `CREATE INDEX passkey_challenges_by_expiry ON passkey_challenges (expires_at)`,
    `CREATE INDEX passkey_challenges_by_user ON passkey_challenges (user_id) WHERE user_id IS NOT NULL`,
    // In which browsers a passkey was made, or was to be made, without a prompt: once in each.
    `CREATE TABLE passkey_offers (
      browser_hash TEXT   NOT NULL,
      user_id      TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      offered_at   BIGINT NOT NULL,
      PRIMARY KEY (browser_hash, user_id)
    )`,
    `CREATE INDEX passkey_offers_by_user ON passkey_offers (user_id)`,
  ],
}
