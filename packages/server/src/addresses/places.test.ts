import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseNetwork } from './networks.ts'
import { createPlaces, type Place, type Places } from './places.ts'

function taken(places: Places, address: string): Place {
  const place = places.take(address)
  assert.ok(typeof place === 'object', `${address}: ${place}`)
  return place
}

test('an address has so many places and no more, and others have theirs', () => {
  const refused: string[] = []
  const places = createPlaces({ most: 2, refused: (address, reason) => refused.push(`${address} ${reason}`) })
  const first = taken(places, '203.0.113.9')
  taken(places, '203.0.113.9')
  assert.equal(places.take('203.0.113.9'), 'too_many')
  assert.equal(places.take('::ffff:203.0.113.9'), 'too_many')
  taken(places, '203.0.113.10')
  first.leave()
  taken(places, '203.0.113.9')
  assert.equal(places.take('203.0.113.9'), 'too_many')
  assert.deepEqual(refused, ['203.0.113.9 too_many', '::ffff:203.0.113.9 too_many', '203.0.113.9 too_many'])
})

test('connections that have arrived take places too', () => {
  const places = createPlaces({ most: 2 })
  for (let count = 0; count < 2; count += 1) taken(places, '203.0.113.9').arrived()
  assert.equal(places.take('203.0.113.9'), 'too_many')
})

test('addresses of one IPv6 network of 64 bits share their places', () => {
  const places = createPlaces({ most: 2 })
  taken(places, '2001:db8::1')
  taken(places, '2001:db8::ffff:2')
  assert.equal(places.take('2001:db8::3'), 'too_many')
  taken(places, '2001:db8:0:1::1')
})

test('those that have not arrived have fewer places, and give them back when they arrive', () => {
  const places = createPlaces({ most: 5, mostHalfOpen: 2 })
  const [first, second] = [taken(places, '1.1.1.1'), taken(places, '1.1.1.1')]
  assert.equal(places.take('1.1.1.1'), 'too_many_half_open')
  first.arrived()
  first.arrived()
  taken(places, '1.1.1.1')
  assert.equal(places.take('1.1.1.1'), 'too_many_half_open')
  second.leave()
  second.leave()
  second.arrived()
  taken(places, '1.1.1.1')
  assert.equal(places.take('1.1.1.1'), 'too_many_half_open')
})

test('a proxy of ours stands for many, and is not counted', () => {
  const places = createPlaces({ most: 1, exempt: [parseNetwork('10.0.0.0/8')!] })
  for (let count = 0; count < 100; count += 1) taken(places, '10.0.0.1')
  taken(places, '11.0.0.1')
  assert.equal(places.take('11.0.0.1'), 'too_many')
})

test('whatever comes and goes, the places of an address are those that are free', () => {
  const moves = fc.array(fc.tuple(fc.constantFrom('take', 'arrive', 'leave'), fc.nat(9), fc.nat(20)))
  fc.assert(
    fc.property(moves, (sequence) => {
      const places = createPlaces({ most: 4, mostHalfOpen: 2 })
      const known: { place: Place; address: string; state: string }[] = []
      const count = (address: string, ...states: string[]) =>
        known.filter((one) => one.address === address && states.includes(one.state)).length
      for (const [move, of, which] of sequence) {
        const address = `10.0.0.${of % 2}`
        const one = known[which % (known.length || 1)]
        if (move === 'take') {
          const isFree = count(address, 'half', 'open') < 4 && count(address, 'half') < 2
          const place = places.take(address)
          assert.equal(typeof place === 'object', isFree)
          if (typeof place === 'object') known.push({ place, address, state: 'half' })
        } else if (one && move === 'arrive') {
          one.place.arrived()
          if (one.state === 'half') one.state = 'open'
        } else if (one) {
          one.place.leave()
          one.state = 'left'
        }
      }
    }),
  )
})
