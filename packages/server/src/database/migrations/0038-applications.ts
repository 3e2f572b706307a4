import type { Migration } from '../migrations.ts'

export const applications: Migration = {
  name: '0038-applications',
  statements: [
    // Programs that people sign in to by redirect, by a code of a device, or by which they let an agent act (RFC 6749 section 2).
    `CREATE TABLE applications (
      id                TEXT   NOT NULL PRIMARY KEY,
      name              TEXT   NOT NULL,
      -- what it runs as, which decides where it may be sent to and whether it can keep a secret
      type              TEXT   NOT NULL CHECK (type IN ('web', 'browser', 'native', 'agent')),
      authentication    TEXT   NOT NULL CHECK (authentication IN ('none', 'secret', 'key')),
      -- JSON: a key set for private_key_jwt; or where it is fetched from
      jwks              TEXT,
      jwks_uri          TEXT,
      -- JSON lists
      redirect_uris     TEXT   NOT NULL,
      logout_uris       TEXT   NOT NULL,
      -- by blanks: grants and scopes that it may ask for
      grants            TEXT   NOT NULL,
      scopes            TEXT   NOT NULL,
      is_first_party    BIGINT NOT NULL CHECK (is_first_party IN (0, 1)),
      requires_pkce     BIGINT NOT NULL CHECK (requires_pkce IN (0, 1)),
      requires_push     BIGINT NOT NULL CHECK (requires_push IN (0, 1)),
      requires_dpop     BIGINT NOT NULL CHECK (requires_dpop IN (0, 1)),
      subject_type      TEXT   NOT NULL CHECK (subject_type IN ('public', 'pairwise')),
      -- what the pairwise subjects are made with
      subject_salt      TEXT   NOT NULL,
      home_uri          TEXT,
      policy_uri        TEXT,
      made_by           TEXT   NOT NULL CHECK (made_by IN ('administrator', 'registration', 'document')),
      -- hash of what changes a registration (RFC 7592)
      registration_hash TEXT,
      created_at        BIGINT NOT NULL,
      disabled_at       BIGINT,
      last_used_at      BIGINT,
      version           BIGINT NOT NULL
    )`,
    'CREATE UNIQUE INDEX applications_by_registration ON applications (registration_hash) WHERE registration_hash IS NOT NULL',
    `CREATE TABLE application_secrets (
      id           TEXT   NOT NULL PRIMARY KEY,
      application  TEXT   NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
      hash         TEXT   NOT NULL,
      created_at   BIGINT NOT NULL,
      ends_at      BIGINT,
      last_used_at BIGINT
    )`,
    'CREATE INDEX application_secrets_by_application ON application_secrets (application)',
  ],
}
