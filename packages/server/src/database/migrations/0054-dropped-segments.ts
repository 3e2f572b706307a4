import type { Migration } from '../migrations.ts'

export const droppedSegments: Migration = {
  name: '0054-dropped-segments',
  statements: [
    // Those of which names may be left. Each run of retention asks for them, and there are none in most.
    `CREATE INDEX activity_segments_half_dropped ON activity_segments (id)
      WHERE dropped_at IS NOT NULL AND sha256 IS NOT NULL`,
  ],
}
