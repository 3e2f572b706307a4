import type { Migration } from '../migrations.ts'

export const tokenStatus: Migration = {
  name: '0030-token-status',
  statements: [
    // Of any number who revoke one token at once, one does.
    `CREATE UNIQUE INDEX revocations_of_token ON revocations (key, expires_at) WHERE kind = 'token'`,
  ],
}
