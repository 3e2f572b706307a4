import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Bucket, layOut } from './buckets.ts'
import { spansOf } from './refused-addresses.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
/** A midnight, the first of a week and of thirty days as well. */
const now = 210 * 100 * day

const layouts: readonly (readonly [
  from: number,
  to: number,
  finest: Bucket,
  bucket: Bucket,
  points: number,
])[] = [
  [now - 500 * minute, now, 'minute', 'minute', 500],
  [now - 501 * minute, now, 'minute', '5_minutes', 101],
  [now - 500 * minute - 1, now, 'minute', '5_minutes', 101],
  [now - 500 * minute, now + 1, 'minute', '5_minutes', 101],
  [now - 500 * minute, now, '5_minutes', '5_minutes', 100],
  [now - 2 * day, now - 2 * day + minute, 'minute', 'minute', 1],
  [now - 2 * day - minute, now - 2 * day, 'minute', 'hour', 1],
  [now - 90 * day, now - 90 * day + minute, 'minute', 'hour', 1],
  [now - 90 * day - minute, now - 90 * day, 'minute', 'day', 1],
  [now - 500 * day, now, 'minute', 'day', 500],
  [now - 501 * day, now, 'minute', 'week', 72],
  [now, now, 'hour', 'hour', 0],
  [0, now, 'minute', '30_days', 500],
]
for (const [from, to, finest, bucket, points] of layouts) {
  test(`from ${now - from} ms ago to ${now - to} ms ago, no finer than ${finest}, there are ${points} of ${bucket}`, () => {
    const layout = layOut({ from, to }, finest, now)
    assert.deepEqual([layout.bucket, (layout.to - layout.from) / layout.bucketMs], [bucket, points])
    assert.equal(layout.from % layout.bucketMs, 0)
  })
}

const spans: readonly (readonly [
  from: number,
  to: number,
  kept: number,
  spans: readonly (readonly number[])[],
])[] = [
  [0, day, 0, [[day, 0, day]]],
  [hour, day, 0, [[hour, hour, day]]],
  [
    0,
    day + hour,
    0,
    [
      [day, 0, day],
      [hour, day, day + hour],
    ],
  ],
  [23 * hour, day + hour, 0, [[hour, 23 * hour, day + hour]]],
  [1, 2 * day, 0, [[day, 0, 2 * day]]],
  [
    23 * hour,
    2 * day,
    0,
    [
      [hour, 23 * hour, day],
      [day, day, 2 * day],
    ],
  ],
  [0, 2 * day, day, [[day, day, 2 * day]]],
  [0, 2 * day, day + 1, [[hour, day + hour, 2 * day]]],
  [hour, hour + 1, 0, [[hour, hour, hour + 1]]],
  [hour, hour, 0, []],
  [0, day, 2 * day, []],
]
for (const [from, to, kept, wanted] of spans) {
  test(`from ${from} to ${to}, of what is kept from ${kept} on, ${wanted.length} spans are read`, () => {
    assert.deepEqual(
      spansOf(from, to, kept).map((span) => [span.grain, span.from, span.to]),
      wanted,
    )
  })
}
