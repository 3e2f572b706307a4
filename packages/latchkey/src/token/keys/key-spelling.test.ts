import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { notSecrets, secrets } from '../../../test/token/key-spellings.ts'
import { secretKey } from '../index.ts'

test(`61: no spelling of a public or private key is a secret, of ${notSecrets.length}`, () => {
  assert.ok(notSecrets.length > 1500)
  for (const { name, bytes } of notSecrets) {
    const make = () => secretKey(bytes, { algorithm: 'HS256', insecureShortSecret: true })
    assert.throws(make, { name: 'TypeError', message: /spell a public or private key/ }, name)
  }
})

test('41 bytes that begin as a private key does are no secret', () => {
  const bytes = Buffer.concat([Buffer.from('3027020100', 'hex'), Buffer.alloc(36, 'a')])
  assert.throws(() => secretKey(bytes, { algorithm: 'HS256' }), { message: /spell a public or private key/ })
})

for (const { name, bytes } of secrets) {
  test(`a secret may be ${name}`, () => {
    assert.equal(secretKey(bytes, { algorithm: 'HS256' }).kind, 'secret')
  })
}

test('a secret whose bytes are random is never taken for a key, in whatever text it is written', () => {
  for (let i = 0; i < 2000; i++) {
    const bytes = createHash('sha512').update(`${i}`).digest()
    bytes[0] = 0x30
    for (const secret of [bytes, Buffer.from(bytes.toString('base64')), Buffer.from(bytes.toString('hex'))]) {
      secretKey(secret, { algorithm: 'HS256' })
    }
  }
})
