import type { Migration } from '../migrations.ts'

export const clientRegistration: Migration = {
  name: '0042-client-registration',
  statements: [
    // What equal registrations have in common; null for what an administrator has registered.
    'ALTER TABLE applications ADD COLUMN likeness TEXT',
    'CREATE INDEX applications_by_likeness ON applications (likeness) WHERE likeness IS NOT NULL',
    // Whose tokens authenticate a client in the place of a secret: of an issuer outside, such as a build server or a cluster.
    `CREATE TABLE workload_identities (
      id           TEXT   NOT NULL PRIMARY KEY,
      -- cli_… or svc_…
      client       TEXT   NOT NULL,
      issuer       TEXT   NOT NULL,
      -- an asterisk stands for any text
      subject      TEXT   NOT NULL,
      audience     TEXT   NOT NULL,
      -- whether a token counts once, or for its life
      reuse        TEXT   NOT NULL CHECK (reuse IN ('once', 'life')),
      created_at   BIGINT NOT NULL,
      last_used_at BIGINT
    )`,
    'CREATE INDEX workload_identities_by_client ON workload_identities (client)',
  ],
}
