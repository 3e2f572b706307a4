import type { SigningKey, VerificationKey } from '../keys/keys.ts'
import { materialOf, parametersOf } from './material.ts'
import { decode, encode } from './platform.ts'

/**
 * Whether `signature`, in base64url, belongs to `input`, which is ASCII. One of another length does not: WebCrypto says so
 * of every algorithm, and takes two coordinates for ECDSA and nothing else (RFC 7518 section 3.4).
 */
export async function verifyText(key: VerificationKey, input: string, signature: string): Promise<boolean> {
  const bytes = decode(signature)
  const held = await materialOf(key).held()
  if (bytes === undefined) return false
  return crypto.subtle.verify(parametersOf(key.algorithm), held, bytes, new TextEncoder().encode(input))
}

/** The signature of `input`, which is ASCII, in base64url. */
export async function signText(key: SigningKey, input: string): Promise<string> {
  const held = await materialOf(key).held()
  const bytes = await crypto.subtle.sign(parametersOf(key.algorithm), held, new TextEncoder().encode(input))
  return encode(new Uint8Array(bytes))
}
