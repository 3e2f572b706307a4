import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { realWorld } from '../world.ts'
import { crockford } from './base32.ts'
import { firstIdentifierAt, newIdentifier } from './identifiers.ts'

const at = (ms: number, random = realWorld.random) => newIdentifier('evt', { now: () => ms, random })
const low = (count: number) => Buffer.alloc(count, 0)
const high = (count: number) => Buffer.alloc(count, 0xff)

/** The 16 bytes behind an identifier. */
function bytesOf(identifier: string): Buffer {
  const digits = [...identifier.slice(4)].map((digit) => '0123456789abcdefghjkmnpqrstvwxyz'.indexOf(digit))
  const bits = digits
    .map((digit) => digit.toString(2).padStart(5, '0'))
    .join('')
    .slice(0, 128)
  return Buffer.from(BigInt(`0b${bits}`).toString(16).padStart(32, '0'), 'hex')
}

describe('an identifier', () => {
  test('says what it names, in 26 characters that cannot be mistaken for one another', () => {
    assert.match(at(Date.now()), /^evt_[0-9a-hjkmnp-tv-z]{26}$/)
  })

  test('is the example of RFC 9562, appendix A.6', () => {
    const random = () => Buffer.from('000000000000 0cc3 98c4dc0c0c07398f'.replaceAll(' ', ''), 'hex')
    assert.equal(bytesOf(at(0x017f22e279b0, random)).toString('hex'), '017f22e279b07cc398c4dc0c0c07398f')
  })

  for (const [name, random] of [
    ['all bits 0', low],
    ['all bits 1', high],
    ['random bits', realWorld.random],
  ] as const) {
    test(`has the version and the variant of a UUIDv7 over ${name} (RFC 9562 section 5.7)`, () => {
      const bytes = bytesOf(at(1_768_000_000_000, random))
      assert.equal(bytes.readUIntBE(0, 6), 1_768_000_000_000)
      assert.equal(bytes[6]! >> 4, 7)
      assert.equal(bytes[8]! >> 6, 2)
    })
  }

  test('sorts by time, whatever its random part', () => {
    const times = [0, 1, 31, 32, 1023, 1024, 1_768_000_000_000, 1_768_000_000_001, 2 ** 48 - 1]
    const identifiers = times.map((ms, index) => at(ms, index % 2 === 0 ? high : low))
    assert.deepEqual([...identifiers].sort(), identifiers)
  })

  test('is not before the first one of its millisecond, and before the first one of the next', () => {
    for (const ms of [0, 1, 1_768_000_000_000]) {
      for (const random of [low, high]) {
        assert.ok(at(ms, random) >= firstIdentifierAt('evt', ms))
        assert.ok(at(ms, random) < firstIdentifierAt('evt', ms + 1))
      }
    }
  })

  test('of a time before 1970 is the first of all', () => {
    assert.equal(firstIdentifierAt('evt', -1), firstIdentifierAt('evt', 0))
  })

  test('sorts in the order in which they were made, thousands in one millisecond too', () => {
    const world = { now: () => 1_768_000_000_000, random: realWorld.random }
    const made = Array.from({ length: 10_000 }, () => newIdentifier('evt', world))
    assert.deepEqual([...made].sort(), made)
  })

  test('follows a clock that is set back', () => {
    let ms = 1_768_000_000_000
    const world = { now: () => ms, random: realWorld.random }
    const before = newIdentifier('evt', world)
    ms -= 10
    assert.ok(newIdentifier('evt', world) > before, 'by a little: the order is kept')
    ms -= 60_000
    assert.ok(newIdentifier('evt', world) < before, 'by much: the clock is believed')
  })

  for (const [by, isKept] of [
    [0, true],
    [1, true],
    [999, true],
    [1000, false],
  ] as const)
    test(`keeps ${isKept ? 'its order' : 'to the clock'} where that is set back by ${by} ms`, () => {
      let ms = 1_768_000_000_000
      const world = { now: () => ms, random: low }
      const before = newIdentifier('evt', world)
      ms -= by
      assert.equal(newIdentifier('evt', world) > before, isKept)
    })

  test('never comes twice', () => {
    assert.equal(new Set(Array.from({ length: 10_000 }, () => at(1))).size, 10_000)
  })
})

test('Crockford’s base32 is written most significant bit first, padded with zeros', () => {
  const cases = [
    { hex: '', text: '' },
    { hex: '00', text: '00' },
    { hex: 'ff', text: 'zw' },
    { hex: '0842108421', text: '11111111' },
    { hex: 'f8', text: 'z0' },
  ]
  for (const { hex, text } of cases) assert.equal(crockford(Buffer.from(hex, 'hex')), text)
})
