import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { zstdCompressSync } from 'node:zlib'
import { bitsOf, DamagedSegment, hasPlace, readContent } from './segment.ts'
import { type SegmentRow, segmentId } from './store.ts'

// The content of a segment may have been changed by whoever can write to the database: it is read to the length that was
// written and no further.

const lines = '{"id":"evt_1","seq":8}\n{"id":"evt_2","seq":9}\n'

const cases: readonly { name: string; text?: string; row?: Partial<SegmentRow>; says?: RegExp }[] = [
  { name: 'what was written is read' },
  { name: 'content that was dropped', row: { content: null }, says: /has no content/ },
  { name: 'content without a hash', row: { sha256: null }, says: /has no content/ },
  { name: 'other bytes', row: { sha256: hash('sha256', lines) }, says: /is not what was written/ },
  { name: 'no zstd', row: withContent(Buffer.from(lines)), says: /cannot be decompressed/ },
  { name: 'more than was written', row: { length: lines.length - 1 }, says: /cannot be decompressed/ },
  { name: 'less than was written', row: { length: lines.length + 1 }, says: /has another length/ },
  { name: 'nothing', text: '', row: { count: 0 }, says: /cannot be decompressed/ },
  {
    name: 'more than any segment holds',
    row: { length: 256 * 1024 * 1024 + 1 },
    says: /longer than any is/,
  },
  {
    name: 'as much as a segment may hold, which it does not',
    row: { length: 256 * 1024 * 1024 },
    says: /has another length/,
  },
  { name: 'an event more', row: { count: 1 }, says: /another number of events/ },
  { name: 'an event less', row: { count: 3 }, says: /another number of events/ },
  { name: 'no JSON', text: '{"id":1}\n{"id":\n', says: /no JSON/ },
]

for (const { name, text = lines, row = {}, says } of cases) {
  test(says === undefined ? name : `a segment with ${name} is damaged`, async () => {
    const reading = readContent({ ...rowOf(text), ...row })
    if (says !== undefined)
      return assert.rejects(reading, (error) => error instanceof DamagedSegment && says.test(error.message))
    const events = await reading
    assert.deepEqual(
      events.map(({ id, seq, reason }) => [id, seq, reason]),
      [
        ['evt_1', 8, null],
        ['evt_2', 9, null],
      ],
    )
  })
}

const places = { first: 8, until: 19, places: bitsOf([8, 15, 16, 18], 8, 19) }
for (const [place, isOfIt] of [
  [7, false],
  [8, true],
  [9, false],
  [15, true],
  [16, true],
  [17, false],
  [18, true],
  [19, false],
  [40, false],
] as const) {
  test(`place ${place} is ${isOfIt ? '' : 'not '}one of a segment`, () => {
    assert.equal(hasPlace(places, place), isOfIt)
  })
}

test('a segment has no place before or behind it, whatever its bits say', () => {
  const full = { ...places, places: Buffer.alloc(2, 0xff) }
  assert.deepEqual(
    [7, 8, 18, 19].map((place) => hasPlace(full, place)),
    [false, true, true, false],
  )
  assert.equal(hasPlace({ ...places, places: Buffer.alloc(0) }, 8), false)
})

function withContent(content: Buffer): Pick<SegmentRow, 'content' | 'sha256'> {
  return { content, sha256: hash('sha256', content) }
}

function rowOf(text: string): SegmentRow {
  return {
    ...{ id: segmentId(8, 'sign_ins'), first: 8, until: 10, kind: 'sign_ins', day: '2026-11-30', count: 2 },
    ...{ places: Buffer.from([3]), min_id: 'evt_1', max_id: 'evt_2', min_at: 1, max_at: 2 },
    ...{ length: text.length, dropped_at: null },
    ...withContent(zstdCompressSync(text)),
  }
}
