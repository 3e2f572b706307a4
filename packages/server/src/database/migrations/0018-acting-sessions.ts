import type { Migration } from '../migrations.ts'

export const actingSessions: Migration = {
  name: '0018-acting-sessions',
  statements: [
    // The administrator who acts as the person, by which session of theirs, and until when; null for sessions of the person.
    'ALTER TABLE sessions ADD COLUMN acted_by TEXT',
    'ALTER TABLE sessions ADD COLUMN acted_by_session TEXT',
    'ALTER TABLE sessions ADD COLUMN ends_at BIGINT',
    'CREATE INDEX sessions_by_actor ON sessions (acted_by_session) WHERE acted_by_session IS NOT NULL',
    'CREATE INDEX sessions_by_end ON sessions (ends_at) WHERE ends_at IS NOT NULL AND ended_at IS NULL',
  ],
}
