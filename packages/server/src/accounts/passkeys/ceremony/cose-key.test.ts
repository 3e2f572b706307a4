import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyPair } from '../../../../test/passkeys.ts'
import type { Cbor } from './cbor.ts'
import { type PasskeyAlgorithm, readCoseKey } from './cose-key.ts'

const algorithms: readonly PasskeyAlgorithm[] = ['ES256', 'EdDSA', 'RS256']
const labels = [1, 3, -1, -2, -3, 4] as const
/** What may stand anywhere in a key: every number that means something there, and what is no number. */
const others: readonly Cbor[] = [
  ...[0, 1, 2, 3, 6, 7, -7, -8, -37, -257],
  ...['', 'P-256', true, new Uint8Array(0), new Uint8Array(31), new Uint8Array(32), new Uint8Array(33)],
]

for (const algorithm of algorithms) {
  const entries = keyPair(algorithm).cose.entries as readonly (readonly [number, Cbor])[] // a key in COSE
  const key = new Map<number | string, Cbor>(entries)

  test(`a key of ${algorithm} is read`, () => {
    assert.equal(readCoseKey(key).algorithm, algorithm)
  })

  test(`a key of ${algorithm} with any one member another, missing or added is none`, () => {
    for (const label of labels) {
      for (const other of others) {
        if (Object.is(key.get(label), other)) continue
        const changed = new Map(key).set(label, other)
        assert.throws(
          () => readCoseKey(changed),
          { reason: 'key_unacceptable' },
          `${label}: ${String(other)}`,
        )
      }
      const without = new Map(key)
      if (without.delete(label)) assert.throws(() => readCoseKey(without), { reason: 'key_unacceptable' })
    }
    assert.throws(() => readCoseKey(new Map(key).set('x', 1)), { reason: 'key_unacceptable' })
  })

  test(`a key of ${algorithm} that names any two other numbers is none`, () => {
    const numbers = others.filter((one) => typeof one === 'number')
    for (const kty of numbers) {
      for (const alg of numbers) {
        if (key.get(1) === kty && key.get(3) === alg) continue
        const changed = new Map(key).set(1, kty).set(3, alg)
        assert.throws(() => readCoseKey(changed), { reason: 'key_unacceptable' }, `${kty}, ${alg}`)
      }
    }
  })
}

test('what is no map is no key', () => {
  for (const value of [null, undefined, 1, '', [], new Uint8Array(8)]) {
    assert.throws(() => readCoseKey(value as Cbor), { reason: 'key_unacceptable' })
  }
})
