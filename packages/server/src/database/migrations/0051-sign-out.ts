import type { Migration } from '../migrations.ts'

export const signOut: Migration = {
  name: '0051-sign-out',
  statements: [
    // Where an application is told that a session has ended, by its server or in the browser (OpenID Connect Back- and Front-Channel Logout).
    'ALTER TABLE applications ADD COLUMN backchannel_logout_uri TEXT',
    'ALTER TABLE applications ADD COLUMN backchannel_logout_session_required BIGINT NOT NULL DEFAULT 1',
    'ALTER TABLE applications ADD COLUMN frontchannel_logout_uri TEXT',
    'ALTER TABLE applications ADD COLUMN frontchannel_logout_session_required BIGINT NOT NULL DEFAULT 1',
    // What the queue sends to: a webhook, or what another part of the server has put there under the id of an application or a stream.
    "ALTER TABLE webhooks ADD COLUMN kind TEXT NOT NULL DEFAULT 'webhook'",
  ],
}
