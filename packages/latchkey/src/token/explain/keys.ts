import { createHmac, type KeyObject } from 'node:crypto'
import type { AsymmetricAlgorithm } from '../algorithms.ts'
import { publicKey, thumbprint } from '../index.ts'
import type { Jwk } from '../keys/jwk.ts'
import { handleOf, schemeOf, type VerificationKey } from '../keys/keys.ts'
import { checkerOf } from '../signature.ts'
import type { KeyToTry, SecretReading } from './check-keys.ts'
import type { ProofKey } from './check-proof.ts'
import { secretReadings } from './secret-readings.ts'

/** Keys of `latchkey/token` as `explain` tries them. Apart from it, because this needs node:crypto. */
export function keysToTry(keys: readonly VerificationKey[]): readonly KeyToTry[] {
  return keys.map((key) => ({
    kind: key.kind,
    algorithm: key.algorithm,
    keyId: key.keyId,
    ...(key.kind === 'secret' && {
      secretBytes: handleOf(key).symmetricKeySize ?? 0,
      readAs: (input: string, signature: string) => readingOf(handleOf(key), key.algorithm, input, signature),
    }),
    fits: (input, signature) => fits(key, input, signature),
  }))
}

/** The key that a DPoP proof brings along, as `explain` takes it in `proofKey`. */
export function proofKey(jwk: Jwk, algorithm: string): ProofKey | undefined {
  try {
    const key = publicKey({ ...jwk }, { algorithm: algorithm as AsymmetricAlgorithm }) // publicKey looks
    return { fits: (input, signature) => fits(key, input, signature), thumbprint: () => thumbprint(key) }
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** Signatures are made over ASCII; whatever else was pasted, no key made one over it. */
function fits(key: VerificationKey, input: string, signature: string): boolean | undefined {
  const token = `${input}.${signature}`
  return Buffer.byteLength(token) === token.length ? checkerOf(key)(token, input.length) : undefined
}

/** The reading of a secret under which the signature is of it. */
function readingOf(
  handle: KeyObject,
  algorithm: VerificationKey['algorithm'],
  input: string,
  signature: string,
): SecretReading | undefined {
  const scheme = schemeOf(algorithm)
  const fits = (bytes: Uint8Array) =>
    'hash' in scheme &&
    createHmac(scheme.hash, bytes).update(input, 'latin1').digest('base64url') === signature
  const readings = secretReadings(handle.export().toString('latin1'))
  return readings.find(([, bytes]) => fits(bytes))?.[0]
}
