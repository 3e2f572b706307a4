import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readFilter, writeFilter } from './fuse-filter.ts'

const filter = { seed: 7, segmentLength: 2, fingerprints: Uint16Array.of(1, 258, 65_535) }
const written = writeFilter(filter)

for (const [name, one] of [
  ['three fingerprints', filter],
  ['none', { ...filter, fingerprints: new Uint16Array(0) }],
] as const) {
  test(`a filter of ${name} is read as it was written`, () => {
    assert.deepEqual(readFilter(writeFilter(one)), one)
  })
}

for (const [name, bytes] of [
  ['nothing', Buffer.alloc(0)],
  ['a part of its head', written.subarray(0, 15)],
  ['its head alone', written.subarray(0, 16)],
  ['all but a fingerprint', written.subarray(0, -2)],
  ['a fingerprint too many', Buffer.concat([written, Buffer.alloc(2)])],
  ['another kind of file', Buffer.concat([Buffer.from('LKF2'), written.subarray(4)])],
] as const) {
  test(`no filter is read from ${name}`, () => assert.throws(() => readFilter(bytes), /no filter/))
}
