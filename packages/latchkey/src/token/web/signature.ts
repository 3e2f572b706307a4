import { type SigningKey, schemeOf, type VerificationKey } from '../keys.ts'
import { materialOf, parametersOf } from './material.ts'
import { decode, encode } from './platform.ts'

/** Whether `signature`, in base64url, belongs to `input`, which is ASCII. */
export async function verifyText(key: VerificationKey, input: string, signature: string): Promise<boolean> {
  const bytes = decode(signature)
  const held = await materialOf(key).held()
  if (bytes === undefined || bytes.length !== signatureLength(key, held)) return false
  return crypto.subtle.verify(parametersOf(key.algorithm), held, bytes, new TextEncoder().encode(input))
}

/** The signature of `input`, which is ASCII, in base64url. */
export async function signText(key: SigningKey, input: string): Promise<string> {
  const held = await materialOf(key).held()
  const bytes = await crypto.subtle.sign(parametersOf(key.algorithm), held, new TextEncoder().encode(input))
  return encode(new Uint8Array(bytes))
}

function signatureLength({ algorithm }: VerificationKey, held: CryptoKey): number {
  const scheme = schemeOf(algorithm)
  if (scheme.kty === 'oct') return scheme.hashBytes
  if (scheme.kty === 'EC') return 2 * scheme.coordinateBytes
  if (scheme.kty === 'OKP') return 64
  if (scheme.kty === 'AKP') return scheme.signatureBytes
  // WebCrypto says it of every RSA key.
  return Math.ceil((held.algorithm as unknown as { modulusLength: number }).modulusLength / 8)
}
