import { generateKeyPairSync, hash, type KeyObject, sign, type webcrypto } from 'node:crypto'
import { type AsymmetricAlgorithm, publicKey, thumbprint } from 'latchkey/token'

/** A key of a client, held so that anything at all can be signed with it. */
export interface ClientKey {
  readonly algorithm: AsymmetricAlgorithm
  readonly privateKey: KeyObject
  readonly jwk: webcrypto.JsonWebKey
  /** As tokens that are bound to it say (`cnf.jkt`). */
  readonly thumbprint: string
}

export function newClientKey(algorithm: 'ES256' | 'EdDSA' | 'RS256' = 'ES256'): ClientKey {
  const pair =
    algorithm === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
      : algorithm === 'RS256'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ed25519')
  return {
    algorithm,
    privateKey: pair.privateKey,
    jwk: pair.publicKey.export({ format: 'jwk' }),
    thumbprint: thumbprint(publicKey(pair.publicKey, { algorithm })),
  }
}

export interface ProofParts {
  readonly key: ClientKey
  readonly method: string
  readonly url: string
  readonly atMs: number
  /** The access token that `ath` is of; none where tokens are asked for. */
  readonly token?: string | undefined
  /** Laid over a good header and good claims; undefined removes a member. */
  readonly header?: object
  readonly claims?: object
}

/** A proof (RFC 9449 section 4.2), signed as asked, so that what is wrong is no fault of the signature. */
export function proofOf({ key, method, url, atMs, token, header, claims }: ProofParts): string {
  const head = { typ: 'dpop+jwt', alg: key.algorithm, jwk: key.jwk, ...header }
  const said = {
    jti: crypto.randomUUID(),
    htm: method,
    htu: url,
    iat: atMs / 1000,
    ...(token !== undefined && { ath: tokenHashOf(token) }),
    ...claims,
  }
  const input = [head, said].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  const digest = key.algorithm === 'EdDSA' ? null : 'sha256'
  const signature = sign(digest, Buffer.from(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

const tokenHashOf = (token: string) => hash('sha256', token, 'base64url')
