import type { GuardOptions } from 'latchkey/guard'
import { publicKey, secretKey } from 'latchkey/token'
import { algorithms, type MeasuredAlgorithm, type World } from './world.ts'

/** The guards of ours that each stack is measured with: as they are by default, and without their memory. */
export function ourGuards(
  world: World,
): readonly { readonly name: string; readonly options: GuardOptions }[] {
  return algorithms.flatMap((algorithm) => [
    { name: `latchkey ${algorithm}`, options: optionsFor(algorithm, world) },
    { name: `latchkey ${algorithm} cold`, options: { ...optionsFor(algorithm, world), cache: false } },
  ])
}

function optionsFor(algorithm: MeasuredAlgorithm, world: World): GuardOptions {
  const { issuer, audience } = world
  if (algorithm === 'HS256') {
    return { issuer, audience, secret: secretKey(Buffer.from(world.secret), { algorithm }) }
  }
  return { issuer, audience, keys: publicKey(world.publicKey, { algorithm, keyId: world.keyId }) }
}
