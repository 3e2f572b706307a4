import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endingKeys } from './endings.ts'
import type { KeySummary } from './key-ring.ts'

const dayMs = 86_400_000
const activatedAt = 1_000
/** The end of the 90 days, and of the seven that a rotation waits. */
const dueAt = activatedAt + 97 * dayMs
const key = (status: KeySummary['status'], more: Partial<KeySummary> = {}): KeySummary => ({
  ...{ kid: status, algorithm: 'ES256', status, createdAt: 0 },
  ...{ activatedAt: status === 'next' ? null : activatedAt, retiredAt: null, revokedAt: null },
  ...more,
})

const rows: readonly (readonly [
  name: string,
  keys: readonly KeySummary[],
  now: number,
  ends: readonly string[],
  rotationDays?: number,
])[] = [
  ['one that signs without a next one', [key('active')], activatedAt, ['active']],
  ['one that signs beside a next one', [key('active'), key('next')], activatedAt, []],
  ['one at the end of its time', [key('active'), key('next')], dueAt, []],
  ['one past the end of its time', [key('active'), key('next')], dueAt + 1, ['active']],
  ['one that signs for ever', [key('active')], dueAt + 1, [], 0],
  ['one of which nobody knows since when it signs', [key('active', { activatedAt: null })], dueAt + 1, []],
  ['those that sign no more', [key('retiring'), key('revoked')], dueAt + 1, []],
]
for (const [name, keys, now, ends, rotationDays = 90] of rows) {
  test(`of ${name} ${ends.length === 0 ? 'no end is told' : 'the end is told'}`, () => {
    const found = endingKeys({ list: () => keys }, { rotationDays, certificate: undefined, now })
    assert.deepEqual(
      found,
      ends.map((subject) => ({ subject, kind: 'key', endsAt: dueAt })),
    )
  })
}
