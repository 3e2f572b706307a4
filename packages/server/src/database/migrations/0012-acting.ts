import type { Migration } from '../migrations.ts'

export const acting: Migration = {
  name: '0012-acting',
  statements: [
    // Who may do something is searched type by type and grant by grant, in the order of the ids.
    'CREATE INDEX users_by_type_and_id ON users (user_type, id)',
    `CREATE INDEX user_grants_by_permission ON user_grants (permission, kind, user_id)`,
  ],
}
