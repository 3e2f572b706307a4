import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKey, privateKey, publicKey, publicKeyOf, toJwk } from '../index.ts'
import { checkPurpose, type Jwk } from './jwk.ts'

const jwk = toJwk(publicKeyOf(generateKey('ES256')))

const rows: readonly { name: string; members: object; lacks?: string }[] = [
  { name: 'says nothing', members: { alg: undefined, use: undefined } },
  { name: 'is for signatures', members: { use: 'sig' } },
  { name: 'may verify and sign', members: { key_ops: ['sign', 'verify'] } },
  { name: 'is for encryption', members: { use: 'enc' }, lacks: 'use' },
  { name: 'may only sign', members: { key_ops: ['sign'] }, lacks: 'key_ops' },
  { name: 'may do nothing', members: { key_ops: [] }, lacks: 'key_ops' },
  { name: 'has text for what it may do', members: { key_ops: 'verify' }, lacks: 'key_ops' },
  { name: 'is for another algorithm', members: { alg: 'ES384' }, lacks: 'alg' },
]
for (const { name, members, lacks } of rows) {
  test(`a JWK that ${name} may ${lacks === undefined ? '' : 'not '}verify by ES256`, () => {
    const check = () => checkPurpose({ ...jwk, ...members } as Jwk, 'ES256', 'verify')
    if (lacks === undefined) check()
    else assert.throws(check, { name: 'TypeError', message: new RegExp(`the member ${lacks},`) })
  })
}

for (const input of [null, undefined, 1, true, () => jwk]) {
  test(`what is no key says how one is given: ${String(input)}`, () => {
    for (const read of [publicKey, privateKey]) {
      assert.throws(() => read(input as never, { algorithm: 'ES256' }), {
        name: 'TypeError',
        message: /^a key is given as/,
      })
    }
  })
}
