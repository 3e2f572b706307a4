import type { Migration } from '../migrations.ts'

export const logDamageAndSearches: Migration = {
  name: '0043-log-damage-and-searches',
  statements: [
    // Segments of the archive that a consumer could not read and passed over, until they can be read again.
    `CREATE TABLE activity_damage (
      segment    TEXT   NOT NULL,
      consumer   TEXT   NOT NULL,
      segment_id BIGINT NOT NULL,
      first      BIGINT NOT NULL,
      until      BIGINT NOT NULL,
      says       TEXT   NOT NULL,
      found_at   BIGINT NOT NULL,
      PRIMARY KEY (segment, consumer)
    )`,
    // Searches of the log that somebody keeps by a name. Without an owner: of the operator, and shared.
    `CREATE TABLE activity_searches (
      id         TEXT    NOT NULL PRIMARY KEY,
      owner      TEXT    REFERENCES users (id) ON DELETE CASCADE,
      name       TEXT    NOT NULL,
      shared     INTEGER NOT NULL,
      query      TEXT    NOT NULL,
      created_at BIGINT  NOT NULL,
      changed_at BIGINT  NOT NULL
    )`,
    'CREATE UNIQUE INDEX activity_searches_owned ON activity_searches (owner, name)',
    'CREATE UNIQUE INDEX activity_searches_shared ON activity_searches (name) WHERE shared = 1',
  ],
}
