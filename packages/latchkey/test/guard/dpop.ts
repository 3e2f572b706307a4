import { generateKeyPairSync, type KeyObject, sign, type webcrypto } from 'node:crypto'
import { prepareNonces } from '../../src/dpop/nonces.ts'
import { tokenHashOf } from '../../src/dpop/proof.ts'
import { type AsymmetricAlgorithm, publicKey, thumbprint } from '../../src/token/index.ts'
import { nowMs, nowSeconds, segment } from '../token/raw-token.ts'

/** A key of a client, held so that anything at all can be signed with it. */
export interface ClientKey {
  readonly algorithm: AsymmetricAlgorithm
  readonly privateKey: KeyObject
  readonly jwk: webcrypto.JsonWebKey
  /** As a token that is bound to it says. */
  readonly bound: { readonly cnf: { readonly jkt: string } }
}

export function clientKeyFor(algorithm: 'ES256' | 'ES384' | 'EdDSA' | 'Ed25519' | 'RS256'): ClientKey {
  const { privateKey, publicKey: handle } = pairFor(algorithm)
  const jkt = thumbprint(publicKey(handle, { algorithm }))
  return { algorithm, privateKey, jwk: handle.export({ format: 'jwk' }), bound: { cnf: { jkt } } }
}

function pairFor(algorithm: AsymmetricAlgorithm) {
  if (algorithm === 'RS256') return generateKeyPairSync('rsa', { modulusLength: 2048 })
  if (algorithm === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  if (algorithm === 'ES384') return generateKeyPairSync('ec', { namedCurve: 'secp384r1' })
  return generateKeyPairSync('ed25519')
}

/** The key that the tokens of the tests are bound to, and that of somebody else. */
export const clientKey = clientKeyFor('ES256')
export const otherKey = clientKeyFor('ES256')

/** The nonces that the guards of the tests give out. */
export const nonceSecret = new Uint8Array(32).fill(7)
export const nonceAt = (atMs: number): string => prepareNonces({ secret: nonceSecret })(atMs).current

export interface ProofParts {
  readonly key?: ClientKey
  /** The token that `ath` is of. */
  readonly token?: string
  /** Laid over a good header and good claims; undefined removes a member. */
  readonly header?: object
  readonly claims?: object
  /** Text in place of the header and of the claims. */
  readonly rawHeader?: string
  readonly rawClaims?: string
}

let made = 0

/** A proof for GET https://api.example.com/me, signed as asked, so that what is wrong is no fault of the signature. */
export function proofOf({ key = clientKey, token = '', header, claims, rawHeader, rawClaims }: ProofParts) {
  const head = rawHeader ?? { typ: 'dpop+jwt', alg: key.algorithm, jwk: key.jwk, ...header }
  const said = rawClaims ?? {
    jti: `proof-${++made}`,
    htm: 'GET',
    htu: 'https://api.example.com/me',
    iat: nowSeconds,
    ath: tokenHashOf(token),
    nonce: nonceAt(nowMs),
    ...claims,
  }
  const input = `${segment(head)}.${segment(said)}`
  const { privateKey, algorithm } = key
  const hash = { RS256: 'sha256', ES256: 'sha256', ES384: 'sha384' }[algorithm as string] ?? null
  const signature = sign(hash, Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}
