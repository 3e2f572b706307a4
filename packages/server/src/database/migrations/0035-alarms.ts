import type { Migration } from '../migrations.ts'

export const alarms: Migration = {
  name: '0035-alarms',
  statements: [
    // What was changed of a rule; what is null is as it ships.
    `CREATE TABLE alarm_rules (
      name       TEXT   NOT NULL PRIMARY KEY,
      is_on      BIGINT CHECK (is_on IN (0, 1)),
      threshold  BIGINT,
      window_ms  BIGINT,
      severity   TEXT CHECK (severity IN ('low', 'medium', 'high', 'critical')),
      sends_mail BIGINT CHECK (sends_mail IN (0, 1)),
      products   TEXT,
      changed_at BIGINT NOT NULL
    )`,
    `CREATE TABLE alarms (
      id              TEXT   NOT NULL PRIMARY KEY,
      rule            TEXT   NOT NULL,
      -- whom or what it concerns; empty for a group of them
      subject         TEXT   NOT NULL,
      subject_kind    TEXT,
      severity        TEXT   NOT NULL,
      -- JSON: what there is to tell, such as a distance
      facts           TEXT,
      opened_at       BIGINT NOT NULL,
      last_at         BIGINT NOT NULL,
      -- how often it happened, and to how many
      times           BIGINT NOT NULL,
      subjects        BIGINT NOT NULL,
      -- from when on it closes by itself; null: not by itself
      holds_until     BIGINT,
      acknowledged_at BIGINT,
      acknowledged_by TEXT,
      closed_at       BIGINT,
      closed_by       TEXT,
      close_reason    TEXT,
      -- how often it came back after it had closed by itself
      returns         BIGINT NOT NULL,
      -- what was told of it last, when, and at which count
      told            TEXT   NOT NULL CHECK (told IN ('nothing', 'open', 'flapping', 'over')),
      told_at         BIGINT,
      told_times      BIGINT NOT NULL,
      -- from when on there may be something to tell; null: nothing is left to tell
      tell_at         BIGINT
    )`,
    // However many processes see it, there is one.
    'CREATE UNIQUE INDEX alarms_one_open ON alarms (rule, subject) WHERE closed_at IS NULL',
    'CREATE INDEX alarms_by_subject ON alarms (subject, rule)',
    'CREATE INDEX alarms_to_tell ON alarms (tell_at) WHERE tell_at IS NOT NULL',
    'CREATE INDEX alarms_by_close ON alarms (closed_at) WHERE closed_at IS NOT NULL',
    `CREATE TABLE alarm_events (
      alarm TEXT NOT NULL REFERENCES alarms (id) ON DELETE CASCADE,
      event TEXT NOT NULL,
      PRIMARY KEY (alarm, event)
    )`,
    `CREATE TABLE alarm_subjects (
      alarm   TEXT   NOT NULL REFERENCES alarms (id) ON DELETE CASCADE,
      subject TEXT   NOT NULL,
      at      BIGINT NOT NULL,
      -- when it was over for this one
      ended_at BIGINT,
      PRIMARY KEY (alarm, subject)
    )`,
    'CREATE INDEX alarm_subjects_by_subject ON alarm_subjects (subject)',
    // The newest events that count for a rule and a subject, no more than the threshold of the rule.
    `CREATE TABLE alarm_windows (
      rule    TEXT   NOT NULL,
      subject TEXT   NOT NULL,
      -- JSON
      recent  TEXT   NOT NULL,
      at      BIGINT NOT NULL,
      PRIMARY KEY (rule, subject)
    )`,
    'CREATE INDEX alarm_windows_by_time ON alarm_windows (at)',
    'CREATE INDEX alarm_windows_by_subject ON alarm_windows (subject)',
    // Where people signed in: the newest time of each country.
    `CREATE TABLE alarm_places (
      user_id TEXT   NOT NULL,
      region  TEXT   NOT NULL,
      at      BIGINT NOT NULL,
      PRIMARY KEY (user_id, region)
    )`,
    'CREATE INDEX alarm_places_by_time ON alarm_places (at)',
    // When a process last had a connection of the device, where that is watched.
    `CREATE TABLE alarm_devices (
      uid     TEXT   NOT NULL PRIMARY KEY REFERENCES devices (uid) ON DELETE CASCADE,
      seen_at BIGINT NOT NULL
    )`,
    // Since when this server was there without a gap.
    `CREATE TABLE alarm_watch (
      one      BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
      since    BIGINT NOT NULL,
      awake_at BIGINT NOT NULL
    )`,
    `CREATE TABLE alarm_silences (
      id         TEXT   NOT NULL PRIMARY KEY,
      rule       TEXT   NOT NULL,
      -- null: whomever it concerns
      subject    TEXT,
      reason     TEXT   NOT NULL,
      created_at BIGINT NOT NULL,
      -- null by the command line
      owner      TEXT,
      ends_at    BIGINT NOT NULL
    )`,

    `CREATE TABLE webhooks (
      id           TEXT   NOT NULL PRIMARY KEY,
      name         TEXT   NOT NULL,
      url          TEXT   NOT NULL,
      -- what is sent: patterns with blanks between
      events       TEXT   NOT NULL,
      created_at   BIGINT NOT NULL,
      created_by   TEXT,
      off_at       BIGINT,
      off_reason   TEXT,
      last_success_at BIGINT,
      last_failure_at BIGINT,
      -- until when one process alone sends to it
      leased_until BIGINT NOT NULL
    )`,
    `CREATE TABLE webhook_secrets (
      id            TEXT   NOT NULL PRIMARY KEY,
      webhook       TEXT   NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
      secret_sealed TEXT   NOT NULL,
      created_at    BIGINT NOT NULL,
      -- null while no other has taken its place
      ends_at       BIGINT
    )`,
    'CREATE INDEX webhook_secrets_by_webhook ON webhook_secrets (webhook)',
    `CREATE TABLE webhook_deliveries (
      id          TEXT   NOT NULL PRIMARY KEY,
      webhook     TEXT   NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
      type        TEXT   NOT NULL,
      -- whom or what it is about: those about one are sent one after the other
      subject     TEXT   NOT NULL,
      -- who else is named in it
      also        TEXT,
      body        TEXT   NOT NULL,
      created_at  BIGINT NOT NULL,
      state       TEXT   NOT NULL CHECK (state IN ('waiting', 'delivered', 'dead')),
      attempts    BIGINT NOT NULL,
      next_at     BIGINT NOT NULL,
      -- from when on it is not tried any more
      until_at    BIGINT NOT NULL,
      attempted_at BIGINT,
      -- what the other side answered, or why it did not
      last_status BIGINT,
      last_error  TEXT,
      ended_at    BIGINT
    )`,
    `CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook, next_at) WHERE state = 'waiting'`,
    'CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook, id)',
    'CREATE INDEX webhook_deliveries_by_subject ON webhook_deliveries (subject)',
    'CREATE INDEX webhook_deliveries_by_other ON webhook_deliveries (also) WHERE also IS NOT NULL',
    'CREATE INDEX webhook_deliveries_by_end ON webhook_deliveries (ended_at) WHERE ended_at IS NOT NULL',
  ],
}
