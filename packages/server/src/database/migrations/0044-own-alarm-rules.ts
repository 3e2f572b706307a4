import type { Migration } from '../migrations.ts'

export const ownAlarmRules: Migration = {
  name: '0044-own-alarm-rules',
  statements: [
    // Rules that administrators have added beside those that ship. Lists have blanks between; an empty one is any.
    `CREATE TABLE alarm_own_rules (
      name       TEXT   NOT NULL PRIMARY KEY,
      title      TEXT   NOT NULL,
      events     TEXT   NOT NULL,
      outcomes   TEXT   NOT NULL,
      reasons    TEXT   NOT NULL,
      group_by   TEXT   NOT NULL CHECK (group_by IN ('subject', 'target', 'address', 'region', 'service', 'server')),
      is_on      BIGINT NOT NULL CHECK (is_on IN (0, 1)),
      threshold  BIGINT NOT NULL,
      window_ms  BIGINT NOT NULL,
      severity   TEXT   NOT NULL CHECK (severity IN ('low', 'medium', 'high', 'critical')),
      sends_mail BIGINT NOT NULL CHECK (sends_mail IN (0, 1)),
      created_at BIGINT NOT NULL,
      changed_at BIGINT NOT NULL
    )`,
  ],
}
