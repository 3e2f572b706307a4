import type { Migration } from '../migrations.ts'

export const logArchive: Migration = {
  name: '0033-log-archive',
  statements: [
    `CREATE TABLE activity_archive (
      name   TEXT   NOT NULL PRIMARY KEY CHECK (name = 'activity'),
      -- events of lower places are read from segments, and are in the table of events no more
      moved  BIGINT NOT NULL,
      -- events of lower places have been copied into segments
      copied BIGINT NOT NULL
    )`,
    `INSERT INTO activity_archive (name, moved, copied) VALUES ('activity', 0, 0)`,
    `CREATE TABLE activity_segments (
      id         BIGINT NOT NULL PRIMARY KEY,
      -- the places [first, until) are divided among segments, one for each kind of event
      first      BIGINT NOT NULL,
      kind       TEXT   NOT NULL,
      until      BIGINT NOT NULL,
      -- the day of its events, YYYY-MM-DD
      day        TEXT   NOT NULL,
      count      BIGINT NOT NULL,
      -- a bit for each place from first on: whether its event is of this kind
      places     BYTEA  NOT NULL,
      min_id     TEXT   NOT NULL,
      max_id     TEXT   NOT NULL,
      min_at     BIGINT NOT NULL,
      max_at     BIGINT NOT NULL,
      -- of the content before it was compressed, in bytes
      length     BIGINT NOT NULL,
      -- of the content
      sha256     TEXT,
      dropped_at BIGINT,
      -- compressed NDJSON; null once it was dropped. The last column: SQLite reads past it for those behind
      content    BYTEA
    )`,
    `CREATE INDEX activity_segments_by_place ON activity_segments (first, kind)`,
    `CREATE INDEX activity_segments_by_id ON activity_segments (max_id) WHERE dropped_at IS NULL`,
    `CREATE INDEX activity_segments_by_kind ON activity_segments (kind, max_at) WHERE dropped_at IS NULL`,
    `CREATE TABLE activity_segment_names (
      -- a hash of who or what an event of the segment tells of, or of the name of the event
      name    BIGINT NOT NULL,
      segment BIGINT NOT NULL,
      PRIMARY KEY (name, segment)
    )`,
  ],
}
