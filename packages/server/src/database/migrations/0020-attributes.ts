import type { Migration } from '../migrations.ts'

export const attributes: Migration = {
  name: '0020-attributes',
  statements: [
    // What a person has beside a name and a type, as administrators define it.
    `CREATE TABLE attributes (
      key           TEXT   NOT NULL PRIMARY KEY,
      label         TEXT   NOT NULL,
      kind          TEXT   NOT NULL,
      -- JSON: the bounds of a value of this kind
      bounds        TEXT   NOT NULL,
      person_may    TEXT   NOT NULL,
      is_required   BIGINT NOT NULL,
      is_searchable BIGINT NOT NULL,
      created_at    BIGINT NOT NULL
    )`,
    `CREATE TABLE user_attributes (
      user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      key     TEXT NOT NULL REFERENCES attributes (key) ON DELETE CASCADE,
      -- in one spelling for each value, so that equal values are equal texts
      value   TEXT NOT NULL,
      PRIMARY KEY (user_id, key)
    )`,
    `CREATE INDEX user_attributes_by_value ON user_attributes (key, value, user_id)`,
  ],
}
