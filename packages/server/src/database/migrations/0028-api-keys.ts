import type { Migration } from '../migrations.ts'

export const apiKeys: Migration = {
  name: '0028-api-keys',
  statements: [
    // Tokens that people make for their programs. The token itself is nowhere here, nor a hash of it: its signature proves it.
    `CREATE TABLE api_keys (
      id                TEXT   NOT NULL PRIMARY KEY,
      owner             TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      name              TEXT   NOT NULL,
      -- what the token says: its scopes, audience and user type
      scopes            TEXT   NOT NULL,
      audience          TEXT   NOT NULL,
      user_type         TEXT   NOT NULL,
      -- the service that it is for; null for this server
      service           TEXT REFERENCES services (id) ON DELETE CASCADE,
      -- the key of ours that signed it, and whose key that is
      kid               TEXT   NOT NULL,
      signer            TEXT   NOT NULL CHECK (signer IN ('issuer', 'own', 'shared')),
      created_at        BIGINT NOT NULL,
      ends_at           BIGINT NOT NULL,
      -- when something that it rests on ends by itself; null for nothing
      look_at           BIGINT,
      last_used_at      BIGINT,
      last_address      TEXT,
      last_region       TEXT,
      last_user_agent   TEXT,
      revoked_at        BIGINT,
      -- who revoked it; null for this server itself
      revoked_by        TEXT,
      revoke_reason     TEXT
    )`,
    'CREATE INDEX api_keys_by_owner ON api_keys (owner, id)',
    'CREATE INDEX api_keys_by_end ON api_keys (ends_at)',
    'CREATE INDEX api_keys_by_type ON api_keys (user_type) WHERE revoked_at IS NULL',
    'CREATE INDEX api_keys_by_service ON api_keys (service) WHERE service IS NOT NULL AND revoked_at IS NULL',
    'CREATE INDEX api_keys_by_signer ON api_keys (kid) WHERE revoked_at IS NULL',
    'CREATE INDEX api_keys_by_look ON api_keys (look_at) WHERE look_at IS NOT NULL AND revoked_at IS NULL',
  ],
}
