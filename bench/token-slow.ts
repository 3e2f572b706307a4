import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import {
  createSigner,
  createVerifier,
  generateKey,
  keySet,
  type PrivateKey,
  publicKeyOf,
  type SecretKey,
  toJwk,
} from 'latchkey/token'
import type { Row } from './benchmark.ts'
import { measure } from './cpu.ts'
import { peer } from './peers.ts'
import { audience, claimsOf, compare, distinct, type FastJwt, issuer, type Jose } from './token-fixtures.ts'

const at = (index: number) => index & (distinct - 1)
const allowed = { allowedIss: issuer, allowedAud: audience }

/** What is left to do when nothing can be remembered from one token to the next, and what a refusal costs. */
export async function slowRows(): Promise<Row[]> {
  return [
    ...(await unknownHeaders()),
    ...(await unlikePayloads()),
    ...(await forgedTokens()),
    ...(await manyKeys()),
  ]
}

/** Each header is another, so that it is decoded, parsed, searched for duplicates and its key looked up each time. */
async function unknownHeaders(): Promise<Row[]> {
  const { key, bytes } = secret()
  const tokens = Array.from({ length: distinct }, (_, index) =>
    createSigner({ key, header: { serial: index } })(claimsOf(index)),
  )
  return beside('HS256 verify, no header seen before', key, bytes, tokens, { faster: 1.5 })
}

/** Each payload has other members than the last, so that none is read by the shape of another. */
async function unlikePayloads(): Promise<Row[]> {
  const { key, bytes } = secret()
  const sign = createSigner({ key })
  const tokens = Array.from({ length: distinct }, (_, index) =>
    sign({ ...claimsOf(index), [`member_${index}`]: { levels: [1, 2] } }),
  )
  return beside('HS256 verify, no payload like the last', key, bytes, tokens, { faster: 1.5 })
}

async function beside(
  what: string,
  key: SecretKey,
  bytes: Buffer,
  tokens: readonly string[],
  goal: { readonly faster: number },
): Promise<Row[]> {
  const fast = await peer<FastJwt>('fast-jwt')
  const verifyOurs = createVerifier({ keys: key, issuer, audience })
  const verifyFast = fast.createVerifier({ key: bytes, algorithms: ['HS256'], ...allowed })
  const times = await measure([
    { name: 'latchkey', run: (index) => verifyOurs(tokens[at(index)]!) },
    { name: 'fast-jwt', run: (index) => verifyFast(tokens[at(index)]!) },
  ])
  return compare(what, times, [{ beside: 'fast-jwt', ...goal }])
}

/** A flood of tokens that nobody signed must not cost more than good ones do. */
async function forgedTokens(): Promise<Row[]> {
  const fast = await peer<FastJwt>('fast-jwt')
  const { key, bytes } = secret()
  const sign = createSigner({ key })
  const good = Array.from({ length: distinct }, (_, index) => sign(claimsOf(index)))
  const forged = good.map((token) => token.slice(0, -43) + createHmac('sha256', token).digest('base64url'))
  const held = createSecretKey(bytes)
  const verifyOurs = createVerifier({ keys: key, issuer, audience })
  const verifyFast = fast.createVerifier({ key: bytes, algorithms: ['HS256'], ...allowed })
  const times = await measure([
    { name: 'latchkey', run: (index) => refused(() => verifyOurs(forged[at(index)]!)) },
    { name: 'fast-jwt', run: (index) => refused(() => verifyFast(forged[at(index)]!)) },
    {
      name: 'createHmac and timingSafeEqual',
      run: (index) => {
        const token = forged[at(index)]!
        const mac = createHmac('sha256', held).update(token.slice(0, -44)).digest()
        return timingSafeEqual(mac, Buffer.from(token.slice(-43), 'base64url'))
      },
    },
  ])
  return compare('HS256, a forged token refused', times, [
    { beside: 'fast-jwt', faster: 1.5 },
    { beside: 'createHmac and timingSafeEqual', atMost: 2 },
  ])
}

/** Tokens by turns of 100 keys of one set: more than are remembered. */
async function manyKeys(): Promise<Row[]> {
  const jose = await peer<Jose & JoseKeySets>('jose')
  // None of these is symmetric.
  const keys = Array.from(
    { length: 100 },
    (_, index) => generateKey('ES256', { keyId: `k${index}` }) as PrivateKey,
  )
  const signers = keys.map((key) => createSigner({ key }))
  const tokens = Array.from({ length: distinct }, (_, index) =>
    signers[index % keys.length]!(claimsOf(index)),
  )
  const jwks = { keys: keys.map((key) => toJwk(publicKeyOf(key))) }
  const verifyOurs = createVerifier({ keys: keySet(jwks), issuer, audience })
  const joseKeys = jose.createLocalJWKSet(jwks)
  const times = await measure([
    { name: 'latchkey', run: (index) => verifyOurs(tokens[at(index)]!) },
    { name: 'jose', run: (index) => jose.jwtVerify(tokens[at(index)]!, joseKeys, { issuer, audience }) },
  ])
  return compare('ES256 verify, 100 keys of a set by turns', times, [{ beside: 'jose', faster: 1.5 }])
}

interface JoseKeySets {
  createLocalJWKSet(jwks: object): CryptoKey
}

function secret(): { key: SecretKey; bytes: Buffer } {
  const key = generateKey('HS256', { keyId: 'k1' }) as SecretKey // HS256 is symmetric
  return { key, bytes: Buffer.from(String(toJwk(key).k), 'base64url') }
}

function refused(verify: () => unknown): unknown {
  try {
    verify()
  } catch (error) {
    return error
  }
  throw new Error('a forged token was accepted')
}
