import type { webcrypto } from 'node:crypto'
import type { Scheme } from '../algorithms.ts'
import { type Key, type SigningKey, schemeOf, type VerificationKey } from '../keys.ts'
import { materialOf } from './keys.ts'
import { decode, encode } from './platform.ts'

const imported = new WeakMap<Key, Promise<CryptoKey>>()

/** Whether `signature`, in base64url, belongs to `input`, which is ASCII. */
export async function verifyText(key: VerificationKey, input: string, signature: string): Promise<boolean> {
  const bytes = decode(signature)
  if (bytes === undefined || bytes.length !== signatureLength(key)) return false
  const scheme = schemeOf(key.algorithm)
  const held = await importedKey(key, 'verify')
  return crypto.subtle.verify(parametersOf(key, scheme), held, bytes, new TextEncoder().encode(input))
}

/** The signature of `input`, which is ASCII, in base64url. */
export async function signText(key: SigningKey, input: string): Promise<string> {
  const held = await importedKey(key, 'sign')
  const parameters = parametersOf(key, schemeOf(key.algorithm))
  return encode(new Uint8Array(await crypto.subtle.sign(parameters, held, new TextEncoder().encode(input))))
}

function importedKey(key: Key, operation: 'sign' | 'verify'): Promise<CryptoKey> {
  let promise = imported.get(key)
  if (promise === undefined) {
    promise = importKey(key, operation)
    imported.set(key, promise)
  }
  return promise
}

async function importKey(key: Key, operation: 'sign' | 'verify'): Promise<CryptoKey> {
  const { format, value } = materialOf(key)
  const parameters = parametersOf(key, schemeOf(key.algorithm))
  const uses: ('sign' | 'verify')[] = key.kind === 'secret' ? ['sign', 'verify'] : [operation]
  try {
    return await (format === 'raw'
      ? crypto.subtle.importKey('raw', value as Uint8Array<ArrayBuffer>, parameters, false, uses)
      : crypto.subtle.importKey('jwk', value as webcrypto.JsonWebKey, parameters, false, uses))
  } catch (cause) {
    throw new TypeError(`this platform cannot use this key for ${key.algorithm}`, { cause })
  }
}

/** All that import, sign and verify ask for; each reads what concerns it. */
function parametersOf(key: Key, scheme: Scheme) {
  const hash = 'hash' in scheme ? { hash: scheme.hash.replace('sha', 'SHA-') } : {}
  switch (scheme.kty) {
    case 'oct':
      return { name: 'HMAC', ...hash }
    case 'RSA':
      return scheme.saltLength === undefined
        ? { name: 'RSASSA-PKCS1-v1_5', ...hash }
        : { name: 'RSA-PSS', ...hash, saltLength: scheme.saltLength }
    case 'EC':
      return { name: 'ECDSA', ...hash, namedCurve: scheme.crv }
    case 'OKP':
      return { name: 'Ed25519' }
    case 'AKP':
      return { name: key.algorithm }
  }
}

function signatureLength(key: Key): number {
  const scheme = schemeOf(key.algorithm)
  if (scheme.kty === 'oct') return scheme.hashBytes
  if (scheme.kty === 'EC') return 2 * scheme.coordinateBytes
  if (scheme.kty === 'OKP') return 64
  if (scheme.kty === 'AKP') return scheme.signatureBytes
  const { value } = materialOf(key)
  return (value instanceof Uint8Array ? undefined : decode(value.n ?? ''))?.length ?? 0
}
