import type { Migration } from '../migrations.ts'

export const lookAlikes: Migration = {
  name: '0004-look-alikes',
  statements: [
    // What the name looks like, to find those that are mistaken for it; null for users of before, who are not compared.
    `ALTER TABLE users ADD COLUMN username_skeleton TEXT`,
    `CREATE INDEX users_by_skeleton ON users (username_skeleton)`,
  ],
}
