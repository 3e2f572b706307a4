import type { Migration } from '../migrations.ts'

/** Who is deleted is forgotten wherever they have done something for others. */
export const makers: Migration = {
  name: '0056-makers',
  statements: [
    // Nobody reads it: who has registered a device stands in the log, which forgets.
    "UPDATE devices SET created_by = ''",
    'CREATE INDEX user_grants_by_maker ON user_grants (created_by) WHERE created_by IS NOT NULL',
    'CREATE INDEX api_keys_by_revoker ON api_keys (revoked_by) WHERE revoked_by IS NOT NULL',
    'CREATE INDEX sessions_by_acting_person ON sessions (acted_by) WHERE acted_by IS NOT NULL',
  ],
}
