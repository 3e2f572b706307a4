import type { Migration } from '../migrations.ts'

export const authorization: Migration = {
  name: '0039-authorization',
  statements: [
    // The session that a browser is signed in with, by a cookie that comes with links from other sites too. Hashes only.
    `CREATE TABLE signed_in_browsers (
      hash       TEXT   NOT NULL PRIMARY KEY,
      session_id TEXT   NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
      created_at BIGINT NOT NULL
    )`,
    'CREATE INDEX signed_in_browsers_by_session ON signed_in_browsers (session_id)',
    // The session of a browser in which a person let an application in, whose session ends with it; null for one that goes on.
    'ALTER TABLE sessions ADD COLUMN within_session TEXT',
    // Whether it is the session of an application: what it says of its client says nothing of the person.
    'ALTER TABLE sessions ADD COLUMN by_application BIGINT NOT NULL DEFAULT 0 CHECK (by_application IN (0, 1))',
    'CREATE INDEX sessions_within ON sessions (within_session) WHERE within_session IS NOT NULL AND ended_at IS NULL',
    // Requests for authorization that an application has pushed (RFC 9126). Hashes only.
    `CREATE TABLE authorization_requests (
      hash        TEXT   NOT NULL PRIMARY KEY,
      application TEXT   NOT NULL,
      -- as a query string
      parameters  TEXT   NOT NULL,
      created_at  BIGINT NOT NULL,
      expires_at  BIGINT NOT NULL,
      used_at     BIGINT
    )`,
    'CREATE INDEX authorization_requests_by_expiry ON authorization_requests (expires_at)',
    `CREATE TABLE authorization_codes (
      hash           TEXT   NOT NULL PRIMARY KEY,
      application    TEXT   NOT NULL,
      user_id        TEXT   NOT NULL,
      -- of the browser
      session_id     TEXT   NOT NULL,
      redirect_uri   TEXT   NOT NULL,
      scopes         TEXT   NOT NULL,
      resource       TEXT,
      code_challenge TEXT,
      nonce          TEXT,
      -- thumbprint of the key that the code is bound to (RFC 9449 section 10)
      jkt            TEXT,
      -- JSON: claims that were asked for by name
      claims         TEXT,
      -- JSON: authorization details (RFC 9396), as they were granted
      details        TEXT,
      created_at     BIGINT NOT NULL,
      expires_at     BIGINT NOT NULL,
      used_at        BIGINT,
      -- the session that was opened by it, which a second use ends
      opened         TEXT
    )`,
    'CREATE INDEX authorization_codes_by_expiry ON authorization_codes (expires_at)',
    // What a person lets an application do.
    `CREATE TABLE consents (
      user_id     TEXT   NOT NULL,
      application TEXT   NOT NULL,
      resource    TEXT   NOT NULL,
      scopes      TEXT   NOT NULL,
      -- JSON: authorization details, as they were asked for
      details     TEXT,
      given_at    BIGINT NOT NULL,
      PRIMARY KEY (user_id, application, resource)
    )`,
    'CREATE INDEX consents_by_application ON consents (application)',
    // What the session of an application may do, which is fixed when it is opened.
    `CREATE TABLE application_sessions (
      session_id  TEXT   NOT NULL PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
      application TEXT   NOT NULL,
      scopes      TEXT   NOT NULL,
      resource    TEXT,
      -- when and how the person signed in, in the browser
      auth_time   BIGINT NOT NULL,
      -- JSON: claims that were asked for by name
      claims      TEXT,
      -- JSON: authorization details
      details     TEXT
    )`,
    'CREATE INDEX application_sessions_by_application ON application_sessions (application)',
  ],
}
