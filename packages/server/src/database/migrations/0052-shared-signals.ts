import type { Migration } from '../migrations.ts'

export const sharedSignals: Migration = {
  name: '0052-shared-signals',
  statements: [
    // Whom an application has to do with: people who have let it in, until they take that back.
    `CREATE TABLE application_people (
      application TEXT NOT NULL,
      user_id     TEXT NOT NULL,
      PRIMARY KEY (application, user_id)
    )`,
    'CREATE INDEX application_people_by_user ON application_people (user_id)',
    `INSERT INTO application_people (application, user_id)
      SELECT application, user_id FROM consents
      UNION SELECT client_id, user_id FROM sessions
        WHERE by_application = 1 AND client_id IS NOT NULL AND ended_at IS NULL`,
    // Streams of shared signals (SSF 1.0), each of one application. What waits for one stands in the queue of webhooks, under its id.
    `CREATE TABLE signal_streams (
      id            TEXT   NOT NULL PRIMARY KEY,
      application   TEXT   NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
      description   TEXT,
      -- by blanks: the types that the receiver asked for
      requested     TEXT   NOT NULL,
      method        TEXT   NOT NULL CHECK (method IN ('push', 'poll')),
      -- where is pushed to, and by which Authorization header; null for a stream that is polled
      endpoint      TEXT,
      authorization_sealed TEXT,
      status        TEXT   NOT NULL CHECK (status IN ('enabled', 'paused', 'disabled')),
      status_reason TEXT,
      -- 1 while an administrator has stopped it, which the receiver does not change
      is_stopped    BIGINT NOT NULL CHECK (is_stopped IN (0, 1)),
      created_at    BIGINT NOT NULL,
      verified_at   BIGINT
    )`,
    'CREATE INDEX signal_streams_by_application ON signal_streams (application)',
    // People of whom a receiver wants to hear nothing, by the subject that it knows them by.
    `CREATE TABLE signal_exclusions (
      stream  TEXT NOT NULL REFERENCES signal_streams (id) ON DELETE CASCADE,
      subject TEXT NOT NULL,
      PRIMARY KEY (stream, subject)
    )`,
    'CREATE INDEX signal_exclusions_by_subject ON signal_exclusions (subject)',
  ],
}
