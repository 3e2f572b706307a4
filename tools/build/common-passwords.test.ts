import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { dictionary } from '@zxcvbn-ts/language-common'
import {
  filterKey,
  isInFilter,
  readFilter,
  writeFilter,
} from '../../packages/server/src/accounts/passwords/fuse-filter.ts'
import { buildFilter } from './common-passwords.ts'

const shipped = readFileSync('packages/server/data/common-passwords.bin')

for (const count of [0, 1, 2, 3, 10, 100, 1_000, 20_000]) {
  test(`a filter of ${count} keys finds each, doubled ones too, and survives the way through a file`, () => {
    const keys = Array.from({ length: count }, (_, at) => filterKey(`word ${at}`))
    const filter = readFilter(writeFilter(buildFilter([...keys, ...keys.slice(0, 5)])))
    assert(keys.every((key) => isInFilter(filter, key)))
  })
}

test('what ships holds every common password that is long enough to be set', () => {
  const filter = readFilter(shipped)
  const words = dictionary['passwords-common'].filter((word) => [...word].length >= 8)
  assert(words.length > 10_000)
  assert.deepEqual(
    words.filter((word) => !isInFilter(filter, filterKey(word))),
    [],
  )
})

test('what ships refuses about one in 65,536 of all others', () => {
  const filter = readFilter(shipped)
  const tries = 400_000
  const bytes = randomBytes(8 * tries)
  let found = 0
  for (let at = 0; at < tries; at += 1) if (isInFilter(filter, bytes.readBigUInt64BE(8 * at))) found += 1
  // Six are to be expected. Thirty or more happen once in 10^11 runs.
  assert(found < 30, `${found} of ${tries}`)
})

const broken = [
  { name: 'nothing', bytes: Buffer.alloc(0) },
  { name: 'a part of its head', bytes: shipped.subarray(0, 15) },
  { name: 'its head alone', bytes: shipped.subarray(0, 16) },
  { name: 'half of it', bytes: shipped.subarray(0, shipped.length / 2) },
  { name: 'all but a fingerprint', bytes: shipped.subarray(0, -2) },
  { name: 'one fingerprint too many', bytes: Buffer.concat([shipped, Buffer.alloc(2)]) },
  { name: 'another kind of file', bytes: Buffer.concat([Buffer.from('LKF2'), shipped.subarray(4)]) },
]
for (const { name, bytes } of broken) {
  test(`a filter is not read from ${name}`, () => assert.throws(() => readFilter(bytes), /no filter/))
}
