import { createHmac, sign, timingSafeEqual, verify } from 'node:crypto'
import { handleOf, type SigningKey, schemeOf, type VerificationKey } from '../keys/keys.ts'
import { optionsFor, signatureLength } from '../signature.ts'

/** The signature of any bytes. Those of tokens are made in `signature.ts`, which is faster and takes ASCII only. */
export function signBytes(key: SigningKey, input: Uint8Array): Buffer {
  const handle = handleOf(key)
  const scheme = schemeOf(key.algorithm)
  if (scheme.kty === 'oct') return createHmac(scheme.hash, handle).update(input).digest()
  return sign('hash' in scheme ? scheme.hash : null, input, optionsFor(handle, scheme))
}

export function verifyBytes(key: VerificationKey, input: Uint8Array, signature: Uint8Array): boolean {
  const handle = handleOf(key)
  const scheme = schemeOf(key.algorithm)
  if (scheme.kty === 'oct') {
    const mac = createHmac(scheme.hash, handle).update(input).digest()
    return mac.length === signature.length && timingSafeEqual(mac, signature)
  }
  // RFC 7518 section 3.4: exactly two coordinates, so that no other encoding of r and s gets further.
  if (signature.length !== signatureLength(handle, scheme)) return false
  return verify('hash' in scheme ? scheme.hash : null, input, optionsFor(handle, scheme), signature)
}
