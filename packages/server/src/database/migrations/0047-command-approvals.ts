import type { Migration } from '../migrations.ts'

export const commandApprovals: Migration = {
  name: '0047-command-approvals',
  statements: [
    // Single commands that an agent asks its person for, and what became of them. They go with the session of the agent.
    `CREATE TABLE command_approvals (
      id          TEXT   NOT NULL PRIMARY KEY,
      user_id     TEXT   NOT NULL,
      session_id  TEXT   NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
      application TEXT   NOT NULL,
      uid         TEXT   NOT NULL,
      method      TEXT   NOT NULL,
      -- JSON
      payload     TEXT   NOT NULL,
      -- who asks
      address     TEXT   NOT NULL,
      region      TEXT,
      user_agent  TEXT,
      created_at  BIGINT NOT NULL,
      expires_at  BIGINT NOT NULL,
      decided_at  BIGINT,
      is_allowed  BIGINT CHECK (is_allowed IN (0, 1)),
      ended_at    BIGINT,
      status      BIGINT,
      -- JSON
      reply       TEXT,
      failure     TEXT
    )`,
    'CREATE INDEX command_approvals_by_user ON command_approvals (user_id, id)',
    'CREATE INDEX command_approvals_by_session ON command_approvals (session_id)',
    'CREATE INDEX command_approvals_by_time ON command_approvals (created_at)',
  ],
}
