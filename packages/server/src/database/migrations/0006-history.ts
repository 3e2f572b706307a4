import type { Migration } from '../migrations.ts'

export const history: Migration = {
  name: '0006-history',
  statements: [
    // The newest id of what the device had sent when it was bound: its owner sees what comes after. Null for devices bound
    // before there was this column, whose history begins with the moment of binding.
    `ALTER TABLE devices ADD COLUMN history_after TEXT`,
  ],
}
