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
    `CREATE INDEX mail_outbox_by_time ON mail_outbox (next_at)`,
  ],
}
