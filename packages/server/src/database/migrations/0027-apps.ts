import type { Migration } from '../migrations.ts'

export const apps: Migration = {
  name: '0027-apps',
  statements: [
    // Applications of other companies, whose account servers sign assertions about their own people.
    `CREATE TABLE apps (
      id                      TEXT   NOT NULL PRIMARY KEY,
      name                    TEXT   NOT NULL UNIQUE,
      -- of the people who are made at first sight; null for none
      user_type               TEXT REFERENCES user_types (name) ON DELETE SET NULL,
      longest_session_seconds BIGINT NOT NULL,
      created_at              BIGINT NOT NULL,
      disabled_at             BIGINT,
      -- another one after every change
      version                 BIGINT NOT NULL
    )`,
    'CREATE INDEX apps_by_type ON apps (user_type) WHERE user_type IS NOT NULL',
    `CREATE TABLE app_keys (
      app        TEXT   NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
      kid        TEXT   NOT NULL,
      algorithm  TEXT   NOT NULL,
      public_jwk TEXT   NOT NULL,
      created_at BIGINT NOT NULL,
      revoked_at BIGINT,
      PRIMARY KEY (app, kid)
    )`,
    // Who a person of an app is here: the app and its name for them together, never the name alone.
    `CREATE TABLE app_people (
      app        TEXT   NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
      sub        TEXT   NOT NULL,
      user_id    TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      created_at BIGINT NOT NULL,
      PRIMARY KEY (app, sub),
      UNIQUE (app, user_id)
    )`,
    'CREATE INDEX app_people_by_user ON app_people (user_id)',
    `CREATE TABLE app_nonces (
      nonce_hash     TEXT   NOT NULL PRIMARY KEY,
      app            TEXT   NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
      -- what it is bound to beside the app; empty for nothing
      device_id      TEXT   NOT NULL,
      key_thumbprint TEXT   NOT NULL,
      expires_at     BIGINT NOT NULL
    )`,
    'CREATE INDEX app_nonces_by_app ON app_nonces (app)',
    'CREATE INDEX app_nonces_by_end ON app_nonces (expires_at)',
    'CREATE INDEX sessions_by_client ON sessions (client_id) WHERE client_id IS NOT NULL AND ended_at IS NULL',
  ],
}
