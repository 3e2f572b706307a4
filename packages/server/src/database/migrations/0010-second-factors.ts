import type { Migration } from '../migrations.ts'

export const secondFactors: Migration = {
  name: '0010-second-factors',
  statements: [
    `CREATE TABLE authenticators (
      user_id      TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      -- one that is being set up does not replace the one in force before it has proven itself
      state        TEXT   NOT NULL CHECK (state IN ('pending', 'in_force')),
      secret_sealed TEXT  NOT NULL,
      -- the session or the challenge that set it up, and alone may see its secret again
      begun_by     TEXT   NOT NULL,
      -- a code of this time step, or of one before it, is refused
      last_step    BIGINT NOT NULL,
      created_at   BIGINT NOT NULL,
      last_used_at BIGINT,
      PRIMARY KEY (user_id, state)
    )`,
    `CREATE TABLE recovery_codes (
      user_id    TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      code_hash  TEXT   NOT NULL,
      created_at BIGINT NOT NULL,
      PRIMARY KEY (user_id, code_hash)
    )`,
    `CREATE TABLE sign_in_challenges (
      secret_hash   TEXT   NOT NULL PRIMARY KEY,
      user_id       TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      -- what it asks for: a factor that is in force, or to enrol one
      asks          TEXT   NOT NULL CHECK (asks IN ('prove', 'enrol')),
      -- a hash of the password hash: with another password the challenge is worth nothing
      password_print TEXT  NOT NULL,
      key_thumbprint TEXT,
      attempts      BIGINT NOT NULL,
      created_at    BIGINT NOT NULL,
      expires_at    BIGINT NOT NULL
    )`,
    `CREATE INDEX sign_in_challenges_by_user ON sign_in_challenges (user_id)`,
    `CREATE INDEX sign_in_challenges_by_expiry ON sign_in_challenges (expires_at)`,
    `CREATE TABLE remembered_browsers (
      secret_hash    TEXT   NOT NULL,
      user_id        TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      -- a hash of the password hash: with another password the browser is not remembered
      password_print TEXT   NOT NULL,
      created_at     BIGINT NOT NULL,
      expires_at     BIGINT NOT NULL,
      PRIMARY KEY (secret_hash, user_id)
    )`,
    `CREATE INDEX remembered_browsers_by_user ON remembered_browsers (user_id)`,
    `CREATE TABLE factor_states (
      user_id        TEXT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
      -- the first sign-in after the type of the user began to require a second factor
      asked_at       BIGINT,
      -- a hash of the hash of a password that is too short to stand alone
      short_password TEXT
    )`,
    // Null: a second factor is optional.
    `ALTER TABLE user_types ADD COLUMN factor_required_at BIGINT`,
    `ALTER TABLE user_types ADD COLUMN factor_grace_days BIGINT NOT NULL DEFAULT 0`,
  ],
}
