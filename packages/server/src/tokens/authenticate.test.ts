import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { decodeUnverified } from 'latchkey/token'
import { openTestApp, type TestApp } from '../../test/app.ts'
import { Refusal } from '../errors.ts'
import type { Grant } from './grant.ts'

let house: TestApp
before(async () => {
  house = await openTestApp()
})
after(() => house.close())

const grant = (more: Partial<Grant> = {}): Grant => ({
  ...{ subject: 'usr_ada', kind: 'user', username: 'ada', clientId: 'latchkey', scopes: [], ...more },
})
const readAt = (token: string, ms: number) => {
  house.world.advance(ms - house.world.now())
  try {
    return house.app.readToken(token).identity.subject
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return error.reason
  }
}

for (const [name, more, toleranceMs] of [
  ['as long as others', {}, 30_000],
  // It ends with a permission, which this server ends by its own clock.
  ['shorter than others', { livesMs: 60_000 }, 0],
] as const) {
  test(`a token that lives ${name} is taken until ${toleranceMs} ms behind its end`, async () => {
    const endsAtMs = 'livesMs' in more ? house.world.now() + more.livesMs : undefined
    const { token } = await house.app.issue(grant(endsAtMs === undefined ? {} : { endsAtMs }))
    const ends = Number(decodeUnverified(token).claims.exp) * 1000 + toleranceMs
    assert.equal(readAt(token, ends - 1), 'usr_ada')
    assert.equal(readAt(token, ends), 'token_expired')
  })
}
