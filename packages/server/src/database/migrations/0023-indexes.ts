import type { Migration } from '../migrations.ts'

export const indexes: Migration = {
  name: '0023-indexes',
  statements: [
    // There was one of the same columns already, and each person that was added went into both.
    'DROP INDEX users_by_type_and_id',
  ],
}
