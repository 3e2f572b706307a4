import assert from 'node:assert/strict'
import { test } from 'node:test'

/** A function that reads a clock of the caller's. */
export interface ReadsClock {
  readonly name: string
  /** Makes what reads the clock, and lets it read. Whatever it gives for a clock that is wrong is a fault. */
  readonly use: (now: never) => unknown
}

/** What a clock must not give. No comparison with NaN holds, so that nothing would ever expire. */
const readings: readonly { readonly name: string; readonly reading: unknown }[] = [
  { name: 'NaN', reading: Number.NaN },
  { name: 'nothing', reading: undefined },
  { name: 'null', reading: null },
  { name: 'infinity', reading: Number.POSITIVE_INFINITY },
  { name: 'text', reading: '1700000000000' },
  { name: 'a bigint', reading: 1_700_000_000_000n },
  { name: 'a promise', reading: Promise.resolve(1_700_000_000_000) },
  { name: 'a Date', reading: new Date(1_700_000_000_000) },
]

const notClocks: readonly { readonly name: string; readonly now: unknown }[] = [
  { name: 'a time', now: 1_700_000_000_000 },
  { name: 'text', now: 'now' },
  { name: 'null', now: null },
  { name: 'false', now: false },
  { name: 'an object', now: { now: () => 1_700_000_000_000 } },
]

/** Tests that each of `rows` fails with a TypeError where the clock does not tell the time. */
export function testClocks(rows: readonly ReadsClock[]): void {
  for (const { name, use } of rows) {
    test(`${name} reads the clock that it is given, and its own if it is given none`, async () => {
      await use((() => 1_700_000_000_000) as never)
      await use(undefined as never)
    })
    for (const { name: what, reading } of readings) {
      test(`${name} fails where the clock gives ${what}`, async () => {
        await assert.rejects(async () => use((() => reading) as never), TypeError)
      })
    }
    for (const { name: what, now } of notClocks) {
      test(`${name} takes no clock that is ${what}`, async () => {
        await assert.rejects(async () => use(now as never), TypeError)
      })
    }
  }
}
