import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { describe as suite, test } from 'node:test'
import { goodClaims, nowMs, rawToken } from '../../../../test/token/raw-token.ts'
import {
  type Algorithm,
  type AsymmetricAlgorithm,
  createSigner,
  generateKey,
  privateKey,
  publicKey,
  publicKeyOf,
  toJwk,
  toPem,
} from '../../index.ts'
import { explain, explainAsync } from '../index.ts'
import { keysToTry as nodeKeysToTry, proofKey as nodeProofKey } from '../keys.ts'
import { keysToTry, proofKey, readJwks } from './index.ts'
import { readKeys, signAsWritten } from './keys.ts'

const claims = { ...goodClaims, exp: Math.floor(nowMs / 1000) + 60 }
const policy = { issuer: 'I', audience: 'A', nowMs }
const asymmetric: readonly AsymmetricAlgorithm[] = [
  'RS256',
  'PS384',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]

suite('WebCrypto and Node explain alike', () => {
  const ec = generateKey('ES256', { keyId: 'one' })
  const set = JSON.stringify({ keys: [toJwk(publicKeyOf(ec)), toJwk(publicKeyOf(generateKey('RS256')))] })
  const good = createSigner({ key: ec, now: () => nowMs })(claims)
  const [head = '', body = ''] = good.split('.')
  const rows: readonly { name: string; text: string }[] = [
    { name: 'a good token', text: good },
    {
      name: 'a changed one',
      text: `${head}.${body}.${good.split('.')[2]?.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))}`,
    },
    { name: 'one with padding', text: `Bearer ${good}==` },
    { name: 'one by a secret', text: rawToken() },
    { name: 'one that was cut', text: `${head}.${body.slice(0, 30)}` },
    {
      name: 'one in JSON',
      text: JSON.stringify({ protected: head, payload: body, signature: good.split('.')[2] }),
    },
    { name: 'letters of another script', text: `${good}é` },
  ]
  for (const { name, text } of rows) {
    test(name, async () => {
      const inNode = nodeKeysToTry([publicKey(toJwk(publicKeyOf(ec)), { algorithm: 'ES256' })])
      const inWeb = await keysToTry(readJwks(set).slice(0, 1))
      const expected = explain(text, { ...policy, keys: inNode, proofKey: nodeProofKey })
      const found = await explainAsync(text, { ...policy, keys: inWeb, proofKey })
      assert.deepEqual(found, expected)
    })
  }

  test('a DPoP proof', async () => {
    const { kid: _, ...jwk } = toJwk(publicKeyOf(ec))
    const sign = createSigner({ key: ec, type: 'dpop+jwt', header: { jwk }, now: () => nowMs })
    const text = sign({ htm: 'GET', htu: 'https://a.example/', jti: 'x' })
    const found = await explainAsync(text, { nowMs, proofKey })
    assert.equal(found.headline, 'valid')
    assert.deepEqual(found, explain(text, { nowMs, proofKey: nodeProofKey }))
  })
})

suite('a pasted key is read, and signs and checks what is written', () => {
  for (const algorithm of asymmetric) {
    test(algorithm, async () => {
      const made = generateKey(algorithm)
      const texts = [toPem(made), JSON.stringify(toJwk(made)), JSON.stringify({ keys: [toJwk(made)] })]
      for (const text of texts) {
        const { signing, form } = await readKeys(text)
        const own = signing.find((key) => key.algorithm === algorithm) ?? assert.fail(`${form}: ${algorithm}`)
        const header = `{"alg": "${algorithm}"}`
        const token = await signAsWritten(header, JSON.stringify(claims), own)
        assert.equal(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString(), header)
        const { keys, signing: none } = await readKeys(toPem(publicKeyOf(made)))
        assert.deepEqual(none, [])
        const { headline } = await explainAsync(token, { ...policy, keys: await keysToTry(keys) })
        assert.equal(headline, 'valid', `${form}: ${algorithm}`)
      }
    })
  }

  const text = 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=='
  const readings = [
    { reading: 'base64', bytes: Buffer.from(text, 'base64'), given: text },
    { reading: 'hex', bytes: Buffer.from(text), given: Buffer.from(text).toString('hex') },
    { reading: 'without its line end', bytes: Buffer.from(text), given: `${text}\n` },
  ] as const
  for (const { reading, bytes, given } of readings) {
    test(`a secret that must be read in another way: ${reading}`, async () => {
      const token = rawToken({ secret: bytes, payload: claims })
      const asText = await readKeys(given)
      const told = await explainAsync(token, { ...policy, keys: await keysToTry(asText.keys) })
      const finding = told.findings.find(
        ({ code }) => code === 'secret_spelled' || code === 'secret_line_end',
      )
      assert.equal(finding?.facts.spelling ?? 'without its line end', reading)
      const { keys } = await readKeys(given, reading)
      assert.equal((await explainAsync(token, { ...policy, keys: await keysToTry(keys) })).headline, 'valid')
    })
  }
})

suite('what is no key says what it is', () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const rows: readonly { name: string; text: string; says: RegExp }[] = [
    {
      name: 'SEC1',
      text: String(pair.privateKey.export({ type: 'sec1', format: 'pem' })),
      says: /openssl pkey/,
    },
    {
      name: 'a certificate',
      text: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
      says: /openssl x509/,
    },
    { name: 'JSON that breaks', text: '{"kty"', says: /begins like JSON/ },
    { name: 'another JSON', text: '{"a":1}', says: /neither a JWK nor/ },
    { name: 'a set of nothing', text: '{"keys":[{"kty":"x"}]}', says: /no key that can be used/ },
    {
      name: 'a curve of others',
      text: '{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"}',
      says: /not signed with keys of this type/,
    },
  ]
  for (const { name, text, says } of rows) {
    test(name, () =>
      assert.rejects(
        readKeys(text),
        (error: Error) => says.test(error.message) || assert.fail(error.message),
      ),
    )
  }

  test('nothing is nothing', async () => assert.equal((await readKeys(' ')).form, 'nothing'))

  test('of a set, what cannot be used is counted', async () => {
    const key = toJwk(publicKeyOf(privateKey(toJwk(generateKey('ES256')), { algorithm: 'ES256' })))
    const { keys, unusable } = await readKeys(JSON.stringify({ keys: [key, { kty: 'x' }] }))
    assert.deepEqual([keys.length, unusable], [1, 1])
    assert.deepEqual(
      keys.map(({ algorithm }): Algorithm => algorithm),
      ['ES256'],
    )
  })
})
