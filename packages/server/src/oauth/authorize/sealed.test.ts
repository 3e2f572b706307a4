import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testWorld } from '../../../test/app.ts'
import { masterKey } from '../../secrets/master-key.ts'
import type { OauthGround } from '../ground.ts'
import { openRequest, sealRequest } from './sealed.ts'

const world = testWorld()
const ground = { world, masterKey: masterKey(Buffer.alloc(32, 1), world) } as unknown as OauthGround // what sealing stands on
const asked = (state: string, more: object = {}) => ({
  ...{ parameters: new Map([['state', state]]), isPushed: false, askedAt: undefined, ...more },
})
const seal = (...[state, more]: Parameters<typeof asked>) => sealRequest(ground, asked(state, more))

test('a request is opened as it was sealed, with the moment at which it came', () => {
  const now = world.now()
  const sealed = seal('a b') ?? assert.fail()
  assert.deepEqual(openRequest(ground, sealed), asked('a b', { askedAt: now }))
  const again = seal('x', { isPushed: true, askedAt: now - 5 }) ?? assert.fail()
  assert.deepEqual(openRequest(ground, again), asked('x', { isPushed: true, askedAt: now - 5 }))
})

test('a person has an hour for it', () => {
  const sealed = seal('x') ?? assert.fail()
  world.advance(3_600_000)
  assert.ok(openRequest(ground, sealed))
  world.advance(1)
  assert.equal(openRequest(ground, sealed), undefined)
})

test('one of up to six kilobytes is sealed, and opens as far as its parameters may be', () => {
  const empty = JSON.stringify({ parameters: 'state=', pushed: false, at: world.now() }).length
  assert.ok(seal('x'.repeat(6_144 - empty)))
  assert.equal(seal('x'.repeat(6_145 - empty)), undefined)
  assert.equal(openRequest(ground, seal('x'.repeat(4_097)) ?? assert.fail()), undefined)
})

test('nothing opens that was not sealed here', () => {
  const sealed = seal('x') ?? assert.fail()
  const other = { ...ground, masterKey: masterKey(Buffer.alloc(32, 2), world) }
  for (const text of ['', 'x', `${sealed}x`, sealed.slice(1)])
    assert.equal(openRequest(ground, text), undefined)
  assert.equal(openRequest(other, sealed), undefined)
  assert.equal(openRequest(ground, ground.masterKey.seal('{}', 'another purpose')), undefined)
})
