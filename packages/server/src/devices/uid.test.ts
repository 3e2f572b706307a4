import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { crockfordAlphabet as alphabet } from '../secrets/base32.ts'
import { realWorld } from '../world.ts'
import { newUid, parseUid } from './uid.ts'

const uids = fc
  .uint8Array({ minLength: 10, maxLength: 10 })
  .chain((bytes) =>
    fc
      .string({ minLength: 1 })
      .map((product) => newUid(product, { ...realWorld, random: () => Buffer.from(bytes) })),
  )
const readings: Record<string, string> = { i: '1', l: '1', o: '0' }

test('a uid is 21 characters of Crockford base32, without i, l, o and u', () => {
  fc.assert(
    fc.property(uids, (uid) => {
      assert.match(uid, /^[0-9a-hjkmnp-tv-z]{21}$/)
      assert.equal(parseUid(uid), uid)
    }),
  )
})

test('devices of one product share their first four characters, and no two share a uid', () => {
  const lamps = Array.from({ length: 100 }, () => newUid('lamp', realWorld))
  assert.equal(new Set(lamps.map((uid) => uid.slice(0, 4))).size, 1)
  assert.equal(new Set(lamps).size, 100)
  assert.notEqual(newUid('lock', realWorld).slice(0, 4), lamps[0]!.slice(0, 4))
})

test('a uid is read in upper case, and with I, L and O for 1, 1 and 0', () => {
  fc.assert(
    fc.property(uids, (uid) => {
      assert.equal(parseUid(uid.toUpperCase()), uid)
      assert.equal(parseUid(uid.replaceAll('1', 'I').replaceAll('0', 'O')), uid)
      assert.equal(parseUid(uid.replaceAll('1', 'l').replaceAll('0', 'o')), uid)
    }),
  )
})

test('no single wrong character goes unnoticed, at any place', () => {
  fc.assert(
    fc.property(uids, (uid) => {
      for (let place = 0; place < 21; place += 1) {
        for (const wrong of 'abcdefghijklmnopqrstuvwxyz0123456789') {
          if ((readings[wrong] ?? wrong) === uid[place]) continue
          assert.equal(parseUid(uid.slice(0, place) + wrong + uid.slice(place + 1)), undefined)
        }
      }
    }),
  )
})

test('no two characters that changed places go unnoticed, be they neighbours or not', () => {
  fc.assert(
    fc.property(uids, (uid) => {
      for (let one = 0; one < 21; one += 1) {
        for (let other = one + 1; other < 21; other += 1) {
          if (uid[one] === uid[other]) continue
          const swapped = [...uid]
          swapped[one] = uid[other]!
          swapped[other] = uid[one]!
          assert.equal(parseUid(swapped.join('')), undefined)
        }
      }
    }),
  )
})

const uid = newUid('lamp', realWorld)
const notUids = [
  { name: 'nothing', text: '' },
  { name: 'one character too few', text: uid.slice(1) },
  { name: 'one character too many', text: `${uid}0` },
  { name: 'a blank before', text: ` ${uid}` },
  { name: 'a line break after', text: `${uid}\n` },
  { name: 'groups', text: uid.replace(/(.{7})(?=.)/g, '$1-') },
  { name: 'a level of a topic more', text: `${uid}/` },
  { name: 'a wildcard', text: `${uid.slice(0, 20)}#` },
  { name: 'the letter U', text: `${uid.slice(0, 20)}u` },
  { name: 'a Kelvin sign, which lower case makes a k', text: `${'0'.repeat(20)}\u212a` },
  { name: 'full-width digits', text: '\uff10'.repeat(21) },
]
for (const { name, text } of notUids) {
  test(`this is not a uid: ${name}`, () => assert.equal(parseUid(text), undefined))
}

test('of random texts as long as a uid, one of 32 is one', () => {
  let taken = 0
  for (let count = 0; count < 32_000; count += 1) {
    const text = Array.from(realWorld.random(21), (byte) => alphabet[byte & 31]).join('')
    if (parseUid(text) !== undefined) taken += 1
  }
  assert.ok(taken > 800 && taken < 1200, `${taken} of 32,000`)
})
