import type { Migration } from '../migrations.ts'

export const mail: Migration = {
  name: '0009-mail',
  statements: [
    `CREATE TABLE mail_outbox (
      id         TEXT   NOT NULL PRIMARY KEY,
      -- what it is about, in one word
      letter     TEXT   NOT NULL,
      user_id    TEXT   REFERENCES users (id) ON DELETE CASCADE,
      -- address and text, sealed by the master key
      sealed     TEXT   NOT NULL,
      created_at BIGINT NOT NULL,
      until_at   BIGINT NOT NULL,
      attempts   BIGINT NOT NULL,
      next_at    BIGINT NOT NULL,
      last_error TEXT
    )`,
    `CREATE TABLE mail_limits (
      -- a MAC of what is limited: an account, an address, a network
      about      TEXT   NOT NULL PRIMARY KEY,
      -- each letter moves it on, time catches up with it
      full_until BIGINT NOT NULL
    )`,
    `CREATE TABLE user_addresses (
      id          TEXT   NOT NULL PRIMARY KEY,
      user_id     TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      address     TEXT   NOT NULL,
      address_key TEXT   NOT NULL,
      is_primary  BIGINT NOT NULL,
      language    TEXT   NOT NULL,
      created_at  BIGINT NOT NULL,
      proven_at   BIGINT,
      UNIQUE (user_id, address_key)
    )`,
    // A proven address belongs to one account; any number may claim it before.
    `CREATE UNIQUE INDEX user_addresses_proven ON user_addresses (address_key) WHERE proven_at IS NOT NULL`,
    `CREATE UNIQUE INDEX user_addresses_primary ON user_addresses (user_id) WHERE is_primary = 1`,
    `CREATE INDEX user_addresses_by_key ON user_addresses (address_key)`,
    `CREATE TABLE address_proofs (
      secret_hash TEXT   NOT NULL PRIMARY KEY,
      address_id  TEXT   NOT NULL REFERENCES user_addresses (id) ON DELETE CASCADE,
      created_at  BIGINT NOT NULL,
      expires_at  BIGINT NOT NULL,
      used_at     BIGINT
    )`,
    `CREATE INDEX address_proofs_by_address ON address_proofs (address_id)`,
    `CREATE TABLE recovery_requests (
      id         TEXT   NOT NULL PRIMARY KEY,
      -- what was typed and by whom, sealed by the master key
      sealed     TEXT   NOT NULL,
      created_at BIGINT NOT NULL
    )`,
    `CREATE TABLE recoveries (
      secret_hash TEXT   NOT NULL PRIMARY KEY,
      user_id     TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      created_at  BIGINT NOT NULL,
      expires_at  BIGINT NOT NULL,
      used_at     BIGINT
    )`,
    `CREATE INDEX recoveries_by_user ON recoveries (user_id)`,
    `CREATE TABLE seen_clients (
      user_id      TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      -- a user agent without its numbers
      browser      TEXT   NOT NULL,
      region       TEXT   NOT NULL,
      last_seen_at BIGINT NOT NULL,
      PRIMARY KEY (user_id, browser, region)
    )`,
    `CREATE TABLE session_notices (
      session_id TEXT   NOT NULL PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
      created_at BIGINT NOT NULL
    )`,
    `CREATE TABLE notice_links (
      secret_hash TEXT   NOT NULL PRIMARY KEY,
      user_id     TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      session_id  TEXT   NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
      created_at  BIGINT NOT NULL,
      expires_at  BIGINT NOT NULL,
      used_at     BIGINT
    )`,
    `CREATE INDEX notice_links_by_user ON notice_links (user_id)`,
    `CREATE INDEX mail_outbox_by_time ON mail_outbox (next_at)`,
  ],
}
