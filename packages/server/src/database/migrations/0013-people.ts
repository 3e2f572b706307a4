import type { Migration } from '../migrations.ts'

export const people: Migration = {
  name: '0013-people',
  statements: [
    // 0: the terms by which the user is found have yet to be made. Made by a job, where a statement cannot make them.
    `ALTER TABLE users ADD COLUMN searchable BIGINT NOT NULL DEFAULT 0`,
    `CREATE TABLE user_terms (
      user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      -- a beginning of a name or of an address; found by what it begins with, so it is compared byte by byte
      term    TEXT COLLATE "binary" NOT NULL,
      PRIMARY KEY (user_id, term)
    )`,
    `CREATE INDEX user_terms_by_term ON user_terms (term, user_id)`,
    // Each filter walks an index in the order of its pages.
    `DROP INDEX users_by_type`,
    `CREATE INDEX users_by_type ON users (user_type, id)`,
    `CREATE INDEX users_disabled ON users (id) WHERE disabled_at IS NOT NULL`,
    `CREATE INDEX users_never_signed_in ON users (id) WHERE last_sign_in_at IS NULL`,
    `CREATE INDEX users_by_sign_in ON users (last_sign_in_at, id) WHERE last_sign_in_at IS NOT NULL`,
    // When the account will be deleted; null for one that is to stay.
    `ALTER TABLE users ADD COLUMN delete_at BIGINT`,
    `CREATE INDEX users_by_deletion ON users (delete_at, id) WHERE delete_at IS NOT NULL`,
    `CREATE INDEX users_unsearchable ON users (id) WHERE searchable = 0`,
  ],
}
