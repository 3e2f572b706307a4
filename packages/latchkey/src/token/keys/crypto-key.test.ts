import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Algorithm } from '../index.ts'
import { checkCryptoKey } from './crypto-key.ts'

const { subtle } = crypto
const p256 = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
const form = { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) }
const pss = await subtle.generateKey(form, true, ['sign', 'verify'])
const mac = await subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, true, ['verify'])

type Row = Parameters<typeof checkCryptoKey>
const rows: readonly { name: string; isGood: boolean; row: Row }[] = [
  { name: 'a public key of its curve', isGood: true, row: [p256.publicKey, 'ES256', 'public', ['verify']] },
  { name: 'a private key of its curve', isGood: true, row: [p256.privateKey, 'ES256', 'private', ['sign']] },
  { name: 'a key of its hash', isGood: true, row: [pss.publicKey, 'PS256', 'public', ['verify']] },
  { name: 'a secret that may verify', isGood: true, row: [mac, 'HS256', 'secret', ['verify']] },
  { name: 'a private key as a public one', isGood: false, row: [p256.privateKey, 'ES256', 'public', []] },
  { name: 'a public key as a secret', isGood: false, row: [p256.publicKey, 'ES256', 'secret', []] },
  { name: 'a key of another curve', isGood: false, row: [p256.publicKey, 'ES384', 'public', ['verify']] },
  { name: 'a key of another hash', isGood: false, row: [pss.publicKey, 'PS384', 'public', ['verify']] },
  { name: 'a key of another padding', isGood: false, row: [pss.publicKey, 'RS256', 'public', ['verify']] },
  { name: 'a secret of another hash', isGood: false, row: [mac, 'HS512', 'secret', ['verify']] },
  { name: 'a key of another type', isGood: false, row: [p256.publicKey, 'EdDSA', 'public', ['verify']] },
  { name: 'a key that may not sign', isGood: false, row: [mac, 'HS256', 'secret', ['sign', 'verify']] },
  { name: 'no algorithm', isGood: false, row: [mac, 'none' as Algorithm, 'secret', ['verify']] },
]
for (const { name, isGood, row } of rows) {
  test(`a CryptoKey for ${row[1]} is ${isGood ? 'taken' : 'refused'}: ${name}`, () => {
    if (isGood) checkCryptoKey(...row)
    else assert.throws(() => checkCryptoKey(...row), TypeError)
  })
}
