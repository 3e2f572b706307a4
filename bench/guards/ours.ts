import type { GuardOptions } from 'latchkey/guard'
import {
  createVerifier,
  publicKey,
  secretKey,
  type VerificationKey,
  type VerifiedClaims,
} from 'latchkey/token'
import { algorithms, type MeasuredAlgorithm, type World } from './world.ts'

/** The guards of ours that each stack is measured with: as they are by default, and without their memory. */
export function ourGuards(
  world: World,
): readonly { readonly name: string; readonly options: GuardOptions }[] {
  const { issuer, audience } = world
  return algorithms.flatMap((algorithm) => {
    const options = { issuer, audience, keys: keyOf(algorithm, world) }
    return [
      { name: `latchkey ${algorithm}`, options },
      { name: `latchkey ${algorithm} cold`, options: { ...options, cache: false } },
    ]
  })
}

/** What such a guard verifies with, by itself. */
export function verifierOf(algorithm: MeasuredAlgorithm, world: World): (token: string) => VerifiedClaims {
  const { issuer, audience } = world
  return createVerifier({ issuer, audience, keys: keyOf(algorithm, world) })
}

function keyOf(algorithm: MeasuredAlgorithm, { secret, publicKey: pem, keyId }: World): VerificationKey {
  return algorithm === 'HS256'
    ? secretKey(Buffer.from(secret), { algorithm })
    : publicKey(pem, { algorithm, keyId })
}
