import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { newClientKey } from '../../test/proofs.ts'
import { readKeySet } from './key-set.ts'

const es = newClientKey('ES256').jwk
const rsa = newClientKey('RS256').jwk
const ed = newClientKey('EdDSA').jwk
const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'jwk' })
const secret = { kty: 'oct', k: Buffer.alloc(32, 7).toString('base64url'), kid: 's', alg: 'HS256' }

const read = (set: unknown) => readKeySet(Buffer.from(typeof set === 'string' ? set : JSON.stringify(set)))

const good: readonly (readonly [what: string, key: object, algorithm: string])[] = [
  ['RSA', { ...rsa, kid: 'a' }, 'RS256'],
  ['RSA for RS256', { ...rsa, kid: 'a', alg: 'RS256' }, 'RS256'],
  ['RSA for PS256', { ...rsa, kid: 'a', alg: 'PS256', use: 'sig' }, 'PS256'],
  ['EC P-256', { ...es, kid: 'a' }, 'ES256'],
  ['Ed25519', { ...ed, kid: 'a', key_ops: ['verify'] }, 'EdDSA'],
]
for (const [what, key, algorithm] of good) {
  test(`a key of a set is taken: ${what}`, () => {
    const set = read({ keys: [key] })
    assert.ok(set.kind === 'read')
    assert.deepEqual([set.keys[0]?.kid, set.keys[0]?.algorithm, set.skipped], ['a', algorithm, 0])
  })
}

const skipped: readonly (readonly [what: string, key: object])[] = [
  ['no kid', es],
  ['a kid that is a number', { ...es, kid: 7 }],
  ['an empty kid', { ...es, kid: '' }],
  ['a kid with a blank', { ...es, kid: 'a b' }],
  ['a kid that is too long', { ...es, kid: 'a'.repeat(101) }],
  ['a secret', secret],
  ['RSA of 1,024 bits', { ...small, kid: 'a' }],
  ['RSA for encryption', { ...rsa, kid: 'a', use: 'enc' }],
  ['RSA for RS512', { ...rsa, kid: 'a', alg: 'RS512' }],
  ['alg none', { ...rsa, kid: 'a', alg: 'none' }],
  ['alg of another type', { ...es, kid: 'a', alg: 'RS256' }],
  ['an algorithm that is a list', { ...es, kid: 'a', alg: ['ES256'] }],
  ['operations without verify', { ...es, kid: 'a', key_ops: ['encrypt'] }],
  ['another curve', { ...p384, kid: 'a' }],
  ['a point that is on no curve', { ...es, kid: 'a', x: es.y }],
  ['a member that is missing', { ...es, kid: 'a', y: undefined }],
  ['an unknown type', { kty: 'XYZ', kid: 'a' }],
  ['nothing at all', {}],
  ['__proto__ as type', { kty: '__proto__', kid: 'a' }],
]
for (const [what, key] of skipped) {
  test(`a key of a set is left out, and the others are not: ${what}`, () => {
    const set = read({ keys: [key, { ...ed, kid: 'good' }] })
    assert.ok(set.kind === 'read')
    assert.deepEqual([set.keys.map(({ kid }) => kid), set.skipped], [['good'], 1])
  })
}

test('of two keys of one kid neither is taken', () => {
  const set = read({
    keys: [
      { ...es, kid: 'a' },
      { ...ed, kid: 'a' },
      { ...ed, kid: 'b' },
    ],
  })
  assert.ok(set.kind === 'read')
  assert.deepEqual([set.keys.map(({ kid }) => kid), set.skipped], [['b'], 2])
})

const failing: readonly (readonly [what: string, set: unknown, cause: string])[] = [
  ['nothing', '', 'not_json'],
  ['HTML', '<html>', 'not_json'],
  ['two documents', '{"keys":[]}{"keys":[]}', 'not_json'],
  ['a list', [], 'not_a_key_set'],
  ['null', 'null', 'not_a_key_set'],
  ['a text', '"keys"', 'not_a_key_set'],
  ['no keys', {}, 'not_a_key_set'],
  ['keys that are no list', { keys: { ...es, kid: 'a' } }, 'not_a_key_set'],
  ['a key that is null', { keys: [null] }, 'not_a_key_set'],
  ['a key that is a text', { keys: ['key'] }, 'not_a_key_set'],
  ['a key that is a list', { keys: [[]] }, 'not_a_key_set'],
  ['101 keys', { keys: Array(101).fill(es) }, 'too_many_keys'],
  ['a private key', { keys: [{ ...es, kid: 'a', d: es.x }] }, 'private_key'],
  [
    'a private key beside a public one',
    {
      keys: [
        { ...es, kid: 'a' },
        { kty: 'AKP', priv: 'x' },
      ],
    },
    'private_key',
  ],
]
for (const [what, set, cause] of failing) {
  test(`no key of a document is taken: ${what}: ${cause}`, () => {
    assert.deepEqual(read(set), { kind: 'failed', cause })
  })
}

test('a hundred keys are no key too many', () => {
  const keys = Array.from({ length: 100 }, (_, at) => ({ ...ed, kid: `k${at}` }))
  const set = read({ keys })
  assert.equal(set.kind === 'read' && set.keys.length, 100)
})

test('bytes that are no UTF-8 are no key set', () => {
  const set = Buffer.from('{"keys":[],"x":"\u00ff"}', 'latin1')
  assert.deepEqual(readKeySet(set), { kind: 'failed', cause: 'not_json' })
})

test('of an empty set there are no keys, and that is no failure', () => {
  assert.deepEqual(read({ keys: [] }), { kind: 'read', keys: [], skipped: 0 })
})
