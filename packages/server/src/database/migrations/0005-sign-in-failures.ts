import type { Migration } from '../migrations.ts'

export const signInFailures: Migration = {
  name: '0005-sign-in-failures',
  statements: [
    `CREATE TABLE sign_in_failures (
      -- a hash of the user name, whether or not somebody has it
      account    TEXT   NOT NULL,
      -- a browser or an address that the account knows; empty for all others together
      place      TEXT   NOT NULL,
      failures   BIGINT NOT NULL,
      last_at    BIGINT NOT NULL,
      wait_until BIGINT NOT NULL,
      PRIMARY KEY (account, place)
    )`,
    `CREATE INDEX sign_in_failures_by_time ON sign_in_failures (last_at)`,
    `CREATE TABLE sign_in_networks (
      network    TEXT   NOT NULL PRIMARY KEY,
      -- each failure moves it on, time catches up with it
      full_until BIGINT NOT NULL
    )`,
    `CREATE TABLE known_browsers (
      secret_hash  TEXT   NOT NULL,
      user_id      TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      created_at   BIGINT NOT NULL,
      last_used_at BIGINT NOT NULL,
      PRIMARY KEY (secret_hash, user_id)
    )`,
    `CREATE INDEX known_browsers_by_user ON known_browsers (user_id)`,
  ],
}
