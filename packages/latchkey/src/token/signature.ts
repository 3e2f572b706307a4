import {
  constants,
  type KeyObject,
  type SignKeyObjectInput,
  sign,
  type VerifyKeyObjectInput,
  verify,
} from 'node:crypto'
import type { Scheme } from './algorithms.ts'
import { decodeInto, encode } from './base64url.ts'
import { endsWith, Hmac } from './hmac.ts'
import { handleOf, type SigningKey, schemeOf, type VerificationKey } from './keys/keys.ts'
import { Scratch } from './scratch.ts'

/**
 * Whether the signature of `token`, which begins at `end + 1`, belongs to its first `end` characters. The token
 * is plain (`isPlain`) and no longer than the limit.
 */
export type CheckSignature = (token: string, end: number) => boolean

/** The base64url signature of `input`, which is ASCII. */
type MakeSignature = (input: string) => string

// Preparing a key costs more than using it once, and a key is often used by several verifiers.
const checks = new WeakMap<VerificationKey, CheckSignature>()
const makers = new WeakMap<SigningKey, MakeSignature>()

export function checkerOf(key: VerificationKey): CheckSignature {
  let check = checks.get(key)
  if (check === undefined) {
    check = prepareCheck(key)
    checks.set(key, check)
  }
  return check
}

export function makerOf(key: SigningKey): MakeSignature {
  let make = makers.get(key)
  if (make === undefined) {
    make = prepareMaker(key)
    makers.set(key, make)
  }
  return make
}

function prepareCheck(key: VerificationKey): CheckSignature {
  const handle = handleOf(key)
  const scheme = schemeOf(key.algorithm)
  if (scheme.kty === 'oct') {
    const hmac = new Hmac(handle, scheme)
    return (token, end) => endsWith(token, end + 1, hmac.of(token, end))
  }
  const options = optionsFor(handle, scheme)
  const hash = 'hash' in scheme ? scheme.hash : null
  const signatureBytes = signatureLength(handle, scheme)
  const signatureText = Math.ceil((signatureBytes * 4) / 3)
  const signature = Buffer.alloc(signatureBytes)
  return (token, end) => {
    // RFC 7518 section 3.4: exactly two coordinates, so that no other encoding of r and s gets further.
    if (token.length - end - 1 !== signatureText) return false
    if (decodeInto(signature, token.slice(end + 1)) !== signatureBytes) return false
    return verify(hash, inputOf(token, end), options, signature)
  }
}

function prepareMaker(key: SigningKey): MakeSignature {
  const handle = handleOf(key)
  const scheme = schemeOf(key.algorithm)
  if (scheme.kty === 'oct') {
    const hmac = new Hmac(handle, scheme)
    return (input) => hmac.of(input, input.length)
  }
  const options = optionsFor(handle, scheme)
  const hash = 'hash' in scheme ? scheme.hash : null
  return (input) => encode(sign(hash, inputOf(input, input.length), options))
}

/** As `makerOf`, in the thread pool for the asymmetric algorithms: an RSA signature takes half a millisecond. */
export function makeSignatureAsync(key: SigningKey, input: string): Promise<string> {
  const handle = handleOf(key)
  const scheme = schemeOf(key.algorithm)
  if (scheme.kty === 'oct') return Promise.resolve(makerOf(key)(input))
  const options = optionsFor(handle, scheme)
  const hash = 'hash' in scheme ? scheme.hash : null
  return new Promise((resolve, reject) => {
    sign(hash, Buffer.from(input, 'latin1'), options, (error, signature) => {
      if (error) reject(error)
      else resolve(encode(signature))
    })
  })
}

export function optionsFor(key: KeyObject, scheme: Scheme): SignKeyObjectInput & VerifyKeyObjectInput {
  return {
    key,
    // Of ECDSA alone; Node ignores it for other keys.
    dsaEncoding: 'ieee-p1363',
    // Without a padding, keys of the type `rsa`, which alone come here, are used by PKCS #1 v1.5.
    ...('saltLength' in scheme && {
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: scheme.saltLength,
    }),
  }
}

export function signatureLength(key: KeyObject, scheme: Exclude<Scheme, { kty: 'oct' }>): number {
  if (scheme.kty !== 'RSA') return scheme.signatureBytes
  return Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8)
}

// What is signed is copied here: a buffer for each token would be the larger part of our own cost.
const scratch = new Scratch(16 * 1024)

function inputOf(token: string, end: number): Uint8Array {
  if (end > scratch.bytes.length) return Buffer.from(token.slice(0, end), 'latin1')
  scratch.bytes.write(token, 0, end, 'latin1')
  return scratch.first(end)
}
