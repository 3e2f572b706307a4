import type { Migration } from '../migrations.ts'

export const deviceCodes: Migration = {
  name: '0040-device-codes',
  statements: [
    // Requests of devices that have no browser (RFC 8628). The code of the device as a hash, that of the person under a key.
    `CREATE TABLE device_codes (
      hash           TEXT   NOT NULL PRIMARY KEY,
      user_code      TEXT   NOT NULL,
      application    TEXT   NOT NULL,
      scopes         TEXT   NOT NULL,
      resource       TEXT,
      -- JSON: authorization details
      details        TEXT,
      -- who asks
      address        TEXT   NOT NULL,
      region         TEXT,
      user_agent     TEXT,
      created_at     BIGINT NOT NULL,
      expires_at     BIGINT NOT NULL,
      -- when the device may ask next, and how long it waits between
      next_poll_at   BIGINT NOT NULL,
      interval_ms    BIGINT NOT NULL,
      -- what the person said, and in which session of a browser
      decided_at     BIGINT,
      is_allowed     BIGINT CHECK (is_allowed IN (0, 1)),
      user_id        TEXT,
      session_id     TEXT,
      used_at        BIGINT
    )`,
    'CREATE UNIQUE INDEX device_codes_by_user_code ON device_codes (user_code)',
    'CREATE INDEX device_codes_by_expiry ON device_codes (expires_at)',
  ],
}
