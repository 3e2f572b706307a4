import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resource, signed } from '../../../test/guard/guarded-api.ts'
import { nowMs, secretBytes } from '../../../test/token/raw-token.ts'
import { secretKey } from '../../token/index.ts'
import { createGuard } from '../guard.ts'
import { FetchRequest, type GuardOptions } from '../index.ts'

const common = { audience: resource, issuer: 'I', now: () => nowMs }
const key = secretKey(secretBytes, { algorithm: 'HS256', keyId: 'one' })

/** Guards that are not told which type their tokens have, and for which no issuer says so. */
const guards: Readonly<Record<string, GuardOptions>> = {
  'a secret': { ...common, secret: secretBytes },
  'two secrets': { ...common, secret: [secretBytes, key] },
  keys: { ...common, keys: key },
  'one of several issuers': { now: common.now, issuers: [{ audience: resource, issuer: 'I', keys: key }] },
}

async function outcome(options: GuardOptions, typ: unknown): Promise<string | undefined> {
  const headers = { authorization: `Bearer ${signed({ header: { typ } })}` }
  const decision = await createGuard(options).required()(new FetchRequest(new Request(resource, { headers })))
  return decision.kind === 'allowed' ? 'allowed' : decision.refusal.reason
}

const accepted = [undefined, 'JWT', 'jwt', 'application/jwt', 'at+jwt', 'AT+JWT', 'application/at+jwt']
const refused = [
  'logout+jwt',
  'dpop+jwt',
  'device+jwt',
  'application/logout+jwt',
  'secevent+jwt',
  'id_token+jwt',
  'entity-statement+jwt',
  'oauth-authz-req+jwt',
  'JOSE',
  'JOSE+JSON',
  'jwt ',
  'at+jwt;v=1',
  'JWTs',
  '',
]

for (const [name, options] of Object.entries(guards)) {
  for (const typ of accepted) {
    test(`a guard with ${name} and no type takes typ ${typ}`, async () => {
      assert.equal(await outcome(options, typ), 'allowed')
    })
  }
  for (const typ of refused) {
    test(`a guard with ${name} and no type refuses a token made for something else: ${typ}`, async () => {
      assert.equal(await outcome(options, typ), 'type_mismatch')
    })
  }
}

const lists: readonly { type: GuardOptions['type'] & {}; accepted: unknown[]; refused: unknown[] }[] = [
  { type: 'at+jwt', accepted: ['at+jwt', 'application/at+jwt'], refused: [undefined, 'JWT', 'logout+jwt'] },
  { type: ['JWT', 'at+jwt'], accepted: ['JWT', 'at+jwt'], refused: [undefined, 'device+jwt'] },
  { type: [null], accepted: [undefined], refused: ['JWT', 'at+jwt', ''] },
  { type: [null, 'JWT'], accepted: [undefined, 'jwt'], refused: ['at+jwt'] },
  { type: 'logout+jwt', accepted: ['logout+jwt'], refused: [undefined, 'JWT', 'at+jwt'] },
]
for (const { type, accepted: good, refused: bad } of lists) {
  test(`a guard with type ${JSON.stringify(type)} takes nothing else`, async () => {
    const options = { ...common, secret: secretBytes, type }
    for (const typ of good) assert.equal(await outcome(options, typ), 'allowed', String(typ))
    for (const typ of bad) assert.equal(await outcome(options, typ), 'type_mismatch', String(typ))
  })
}
