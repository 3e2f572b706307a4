import type { Migration } from '../migrations.ts'

export const logDamage: Migration = {
  name: '0043-log-damage',
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
  ],
}
