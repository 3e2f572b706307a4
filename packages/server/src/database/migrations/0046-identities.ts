import type { Migration } from '../migrations.ts'

export const identities: Migration = {
  name: '0046-identities',
  statements: [
    // What providers call the people of this server. Issuer and subject are all that counts (OpenID Connect Core section 5.7).
    `CREATE TABLE identities (
      id           TEXT   NOT NULL PRIMARY KEY,
      issuer       TEXT   NOT NULL,
      subject      TEXT   NOT NULL,
      user_id      TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      -- what the provider called the person when it was linked, for people to recognize it by
      label        TEXT,
      created_at   BIGINT NOT NULL,
      last_used_at BIGINT,
      UNIQUE (issuer, subject)
    )`,
    'CREATE INDEX identities_by_user ON identities (user_id)',
    // The sessions that began by an identity.
    `CREATE TABLE identity_sessions (
      session_id TEXT   NOT NULL PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
      identity   TEXT   NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
      -- when the person has proven who they are, there or by a factor here; null if nobody said
      proven_at  BIGINT
    )`,
    'CREATE INDEX identity_sessions_by_identity ON identity_sessions (identity)',
    // The identity that stands for the password of a sign-in.
    'ALTER TABLE sign_in_challenges ADD COLUMN identity TEXT REFERENCES identities (id) ON DELETE CASCADE',
  ],
}
