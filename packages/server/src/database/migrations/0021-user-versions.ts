import type { Migration } from '../migrations.ts'

export const userVersions: Migration = {
  name: '0021-user-versions',
  statements: [
    // Another one after every change of the name or the type, so that nobody undoes unseen what somebody else has changed.
    'ALTER TABLE users ADD COLUMN version BIGINT NOT NULL DEFAULT 0',
  ],
}
