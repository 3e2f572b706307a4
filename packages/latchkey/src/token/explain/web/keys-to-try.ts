import { wholeText } from '../../../whole-text.ts'
import type { AsymmetricAlgorithm } from '../../algorithms.ts'
import type { Jwk } from '../../keys/jwk.ts'
import { type Key, schemeOf, type VerificationKey } from '../../keys/keys.ts'
import { thumbprint } from '../../web/export-key.ts'
import { publicKey, secretKey } from '../../web/keys.ts'
import { materialOf } from '../../web/material.ts'
import { decode } from '../../web/platform.ts'
import { verifyText } from '../../web/signature.ts'
import type { SecretReading } from '../check-keys.ts'
import type { AsyncKeyToTry, AsyncProofKey } from '../explain-async.ts'
import { secretReadings } from '../secret-readings.ts'

const asciiText = wholeText(/[\0-\x7f]*/)

/** Keys as `explainAsync` tries them with WebCrypto. A key that it cannot use is not tried. */
export async function keysToTry(keys: readonly VerificationKey[]): Promise<readonly AsyncKeyToTry[]> {
  return Promise.all(
    keys.map(async (key): Promise<AsyncKeyToTry> => {
      const about = { kind: key.kind, algorithm: key.algorithm, keyId: key.keyId }
      const fits = (input: string, signature: string) => tryKey(key, input, signature)
      if (key.kind !== 'secret') return { ...about, fits }
      const secret = decode(String((await materialOf(key).jwk()).k)) ?? new Uint8Array()
      return {
        ...about,
        fits,
        secretBytes: secret.length,
        readAs: (input, signature) => readingOf(secret, key, input, signature),
      }
    }),
  )
}

/** The key that a DPoP proof brings along, as `explainAsync` takes it in `proofKey`. */
export function proofKey(jwk: Jwk, algorithm: string): AsyncProofKey | undefined {
  try {
    const key = publicKey({ ...jwk }, { algorithm: algorithm as AsymmetricAlgorithm }) // publicKey looks
    return {
      fits: (input, signature) => tryKey(key, input, signature),
      thumbprint: async () => thumbprint(key as Key),
    }
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** Undefined where the platform cannot use the key, or nothing is signed like this: over ASCII alone. */
async function tryKey(key: VerificationKey, input: string, signature: string): Promise<boolean | undefined> {
  if (!asciiText.test(input + signature)) return undefined
  try {
    return await verifyText(key, input, signature)
  } catch {
    return undefined
  }
}

async function readingOf(
  secret: Uint8Array,
  { algorithm }: VerificationKey,
  input: string,
  signature: string,
): Promise<SecretReading | undefined> {
  if (schemeOf(algorithm).kty !== 'oct') return undefined
  const given = Array.from(secret, (byte) => String.fromCharCode(byte)).join('')
  for (const [reading, bytes] of secretReadings(given)) {
    const key = secretKey(bytes, { algorithm: algorithm as 'HS256', insecureShortSecret: true }) // kty oct
    if (await tryKey(key, input, signature)) return reading
  }
  return undefined
}
