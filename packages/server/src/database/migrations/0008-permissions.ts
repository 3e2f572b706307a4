import type { Migration } from '../migrations.ts'

/** The permissions that there were. Those that a later version adds are given to administrators when it starts. */
const known = [
  'users:read',
  'users:write',
  'user-types:write',
  'services:read',
  'services:write',
  'keys:read',
  'keys:write',
  'activity:read',
  'devices:read',
  'devices:write',
  'devices:bind',
  'devices:view',
  'devices:control',
]

export const permissions: Migration = {
  name: '0008-permissions',
  statements: [
    // One row. A change of permissions takes the next number and holds the row until it is committed, so that such changes
    // come one after the other, and no number is ever taken twice.
    `CREATE TABLE permission_versions (
      one    BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
      newest BIGINT NOT NULL
    )`,
    'INSERT INTO permission_versions (one, newest) VALUES (1, 1)',
    // Every change takes a new version; one of the name or the permissions takes it as version of the permissions too.
    'ALTER TABLE user_types ADD COLUMN version BIGINT NOT NULL DEFAULT 1',
    'ALTER TABLE user_types ADD COLUMN permissions_version BIGINT NOT NULL DEFAULT 1',
    // The version of what a person is granted and denied beside their type; 0 for nothing yet.
    'ALTER TABLE users ADD COLUMN permissions_version BIGINT NOT NULL DEFAULT 0',
    `CREATE TABLE user_grants (
      id         TEXT   NOT NULL PRIMARY KEY,
      user_id    TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      kind       TEXT   NOT NULL CHECK (kind IN ('grant', 'denial')),
      permission TEXT   NOT NULL,
      reason     TEXT   NOT NULL,
      -- null for the operator
      created_by TEXT,
      created_at BIGINT NOT NULL,
      until      BIGINT,
      UNIQUE (user_id, kind, permission)
    )`,
    'CREATE INDEX user_grants_by_end ON user_grants (until) WHERE until IS NOT NULL',
    // Whom the removal of a user type gave another one. The log has one event for all of them.
    `CREATE TABLE user_type_moves (
      user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      event   TEXT NOT NULL,
      PRIMARY KEY (user_id, event)
    )`,
    'CREATE TABLE known_permissions (name TEXT NOT NULL PRIMARY KEY)',
    ...known.map((name) => `INSERT INTO known_permissions (name) VALUES ('${name}')`),
  ],
}
