import { createPublicKey, verify } from 'node:crypto'
import { publicKey } from 'latchkey/token'
import type { Cbor } from './cbor.ts'
import { CeremonyFault } from './fault.ts'

export type PasskeyAlgorithm = 'ES256' | 'EdDSA' | 'RS256'

/** The algorithms that we ask for, the best first, by their numbers in COSE (RFC 9053, RFC 8812). */
export const coseNumbers: Readonly<Record<PasskeyAlgorithm, number>> = { ES256: -7, EdDSA: -8, RS256: -257 }

/** The public key of a passkey, as it is stored. */
export interface PasskeyKey {
  readonly algorithm: PasskeyAlgorithm
  /** The members that the thumbprint is of (RFC 7638), and no other. */
  readonly jwk: PublicJwk
}

type PublicJwk =
  | { readonly kty: 'EC'; readonly crv: 'P-256'; readonly x: string; readonly y: string }
  | { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string }
  | { readonly kty: 'RSA'; readonly n: string; readonly e: string }

/** Labels of COSE (RFC 9052 section 7, RFC 9053 section 7, RFC 8230 section 4). */
const label = { kty: 1, alg: 3, first: -1, second: -2, third: -3 } as const
const okp = 1
const ec2 = 2
const rsa = 3

/**
 * A public key in COSE with the parameters that it has to have and no other (WebAuthn section 6.5.1.1), on its curve and of the strength that
 * `latchkey/token` asks of every key.
 * @throws {CeremonyFault} `key_unacceptable`
 */
export function readCoseKey(value: Cbor): PasskeyKey {
  const key = value instanceof Map ? formOf(value) : undefined
  if (!key) throw unacceptable()
  try {
    publicKey(key.jwk, { algorithm: key.algorithm })
  } catch {
    throw unacceptable()
  }
  return key
}

function formOf(map: ReadonlyMap<number | string, Cbor>): PasskeyKey | undefined {
  const [kty, alg, first, second, third] = [
    ...[map.get(label.kty), map.get(label.alg)],
    ...[map.get(label.first), map.get(label.second), map.get(label.third)],
  ]
  const isEc = kty === ec2 && alg === coseNumbers.ES256 && first === 1 && map.size === 5
  if (isEc && isOf(second, 32) && isOf(third, 32)) {
    return { algorithm: 'ES256', jwk: { kty: 'EC', crv: 'P-256', x: text(second), y: text(third) } }
  }
  const isEdwards = kty === okp && alg === coseNumbers.EdDSA && first === 6 && map.size === 4
  if (isEdwards && isOf(second, 32)) {
    return { algorithm: 'EdDSA', jwk: { kty: 'OKP', crv: 'Ed25519', x: text(second) } }
  }
  const isRsa = kty === rsa && alg === coseNumbers.RS256 && map.size === 4
  if (isRsa && first instanceof Uint8Array && second instanceof Uint8Array) {
    return { algorithm: 'RS256', jwk: { kty: 'RSA', n: text(first), e: text(second) } }
  }
  return undefined
}

/** Whether a signature is of this key. ECDSA signatures stand in DER (WebAuthn section 6.5.5). */
export function isSignedBy(
  { algorithm, jwk }: PasskeyKey,
  signed: Uint8Array,
  signature: Uint8Array,
): boolean {
  const key = createPublicKey({ key: { ...jwk }, format: 'jwk' })
  return verify(algorithm === 'EdDSA' ? null : 'sha256', signed, key, signature)
}

function isOf(value: Cbor | undefined, length: number): value is Uint8Array {
  return value instanceof Uint8Array && value.length === length
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
const unacceptable = () => new CeremonyFault('key_unacceptable')
