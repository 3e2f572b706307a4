import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { thumbprint } from 'latchkey/token'
import { parseDeviceKey } from '../../devices/keys/keys.ts'
import { WrongUse } from '../wrong-use.ts'
import { readDeviceKey } from './key.ts'

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const ed = generateKeyPairSync('ed25519')
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const spki = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }) as string
const jwk = (key: KeyObject) => JSON.stringify(key.export({ format: 'jwk' }))
const pkcs8 = ec.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string

describe('the key of devices add', () => {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-device-key-'))
  after(() => rmSync(directory, { recursive: true, force: true }))
  const read = (text: string) => {
    const file = join(directory, 'key')
    writeFileSync(file, text)
    return readDeviceKey(file)
  }

  const taken = [
    { name: 'P-256', key: ec.publicKey },
    { name: 'Ed25519', key: ed.publicKey },
    { name: 'RSA', key: rsa.publicKey },
  ]
  for (const { name, key } of taken) {
    test(`may be PEM or JWK, and is the same key: ${name}`, () => {
      const [pem, json] = [spki(key), jwk(key)].map((text) => thumbprint(parseDeviceKey(read(text))))
      assert.equal(pem, json)
    })
  }

  test('may be the PKCS#1 of openssl rsa', () => {
    const pem = rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }) as string
    assert.equal(parseDeviceKey(read(pem)).algorithm, 'RS256')
  })

  const refused = [
    { name: 'nothing', text: '', says: /empty/ },
    { name: 'a private key', text: pkcs8, says: /private key.*openssl pkey -in <private key> -pubout/ },
    {
      name: 'an EC private key',
      text: ec.privateKey.export({ type: 'sec1', format: 'pem' }) as string,
      says: /private key.*-pubout/,
    },
    { name: 'two keys', text: spki(ec.publicKey).repeat(2), says: /several PEM blocks/ },
    {
      name: 'line ends of two letters',
      text: spki(ec.publicKey).replaceAll('\n', '\\n'),
      says: /environment variable/,
    },
    { name: 'an OpenSSH key', text: 'ssh-ed25519 AAAA lamp', says: /ssh-keygen/ },
    { name: 'JSON that was cut', text: '{"kty":', says: /begins as JSON/ },
    {
      name: 'P-384',
      text: spki(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey),
      says: /not of the type that ES256 uses/,
    },
    { name: 'X25519', text: spki(generateKeyPairSync('x25519').publicKey), says: /P-256, Ed25519 or RSA/ },
    {
      name: 'RSA of 1024 bits',
      text: spki(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey),
      says: /at least 2048 bits/,
    },
  ]
  for (const { name, text, says } of refused) {
    test(`must not be ${name}, and the message says what mends it`, () => {
      assert.throws(
        () => read(text),
        (error: Error) =>
          error instanceof WrongUse && says.test(error.message) && !error.message.includes('MC4'),
      )
    })
  }

  test('must be there', () => {
    assert.throws(() => readDeviceKey(join(directory, 'nowhere')), /cannot be read \(ENOENT\)/)
  })
})
