import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { checkOptions, type OptionNames } from '../../options/check-options.ts'
import type { AsymmetricAlgorithm, VerificationAlgorithm } from '../algorithms.ts'
import type { Jwk } from './jwk.ts'
import { checkFit, readJwk } from './jwk-key.ts'
import { type HeldKey, heldKey, isHeldKey } from './key-object.ts'
import { checkKeyId, handleOf, type PrivateKey, type PublicKey, schemeOf, wrap } from './keys.ts'
import { maxKeyLength, readPem } from './pem.ts'

/** What an imported key is for, and its name. */
export interface AsymmetricKeyOptions<Name extends VerificationAlgorithm = AsymmetricAlgorithm> {
  readonly algorithm: Name
  /** Defaults to the `kid` of a JWK. */
  readonly keyId?: string
}

const asymmetricKeyOptions: OptionNames<AsymmetricKeyOptions> = { algorithm: 1, keyId: 1 }

/** PEM as text or bytes, DER, a JWK, or a key that Node or WebCrypto holds. */
export type KeyInput = string | Uint8Array | Jwk | HeldKey

/**
 * A key that verifies. Reads PEM (SPKI, PKCS#1, or one X.509 certificate, of which only the key is looked at), the same as
 * DER, a JWK, a KeyObject, or an extractable CryptoKey. PEM and DER have at most 65,536 characters.
 *
 * @throws {TypeError} for a private key, a key of another type or curve than the algorithm needs, and a weak one: RSA below
 * 2048 bits (RFC 7518 section 3.3) or above 8192, an exponent out of range, a ROCA key, a point of small order.
 * @example
 * ```ts
 * const key = publicKey(readFileSync('public.pem'), { algorithm: 'ES256', keyId: 'one' })
 * ```
 */
export function publicKey(input: KeyInput, options: AsymmetricKeyOptions<VerificationAlgorithm>): PublicKey {
  checkOptions('publicKey', options, asymmetricKeyOptions)
  const { algorithm, keyId } = options
  refuseSecret(algorithm)
  const handle = read(input, algorithm, 'verify', publicForms)
  checkFit(handle, algorithm)
  return wrap<PublicKey>('public', algorithm, checkKeyId(keyId) ?? kidOf(input), handle)
}

/**
 * A key that signs. Reads PEM (PKCS#8, PKCS#1, SEC1; not encrypted), the same as DER, a JWK, a KeyObject, or an extractable
 * CryptoKey.
 *
 * @throws {TypeError} as `publicKey` does, and for an RSA key of more than two primes.
 * @example
 * ```ts
 * const key = privateKey(readFileSync('private.pem'), { algorithm: 'ES256', keyId: 'one' })
 * ```
 */
export function privateKey(input: KeyInput, options: AsymmetricKeyOptions): PrivateKey {
  checkOptions('privateKey', options, asymmetricKeyOptions)
  const { algorithm, keyId } = options
  refuseSecret(algorithm)
  const handle = read(input, algorithm, 'sign', privateForms)
  checkFit(handle, algorithm)
  return wrap<PrivateKey>('private', algorithm, checkKeyId(keyId) ?? kidOf(input), handle)
}

/** The key that verifies what `key` signs, with the same key id. */
export function publicKeyOf(key: PrivateKey): PublicKey {
  const handle = handleOf(key)
  if (handle.type !== 'private') throw new TypeError('publicKeyOf takes a private key')
  return wrap<PublicKey>('public', key.algorithm, key.keyId, createPublicKey(handle))
}

/** PEM label (RFC 7468) -> how its contents are read. The unlabelled DER is tried in this order. */
type Forms = Readonly<Record<string, ReadDer>>
type ReadDer = (der: Buffer) => KeyObject

const publicForms: Forms = {
  'PUBLIC KEY': (key) => createPublicKey({ key, format: 'der', type: 'spki' }),
  'RSA PUBLIC KEY': (key) => createPublicKey({ key, format: 'der', type: 'pkcs1' }),
  CERTIFICATE: (der) => new X509Certificate(der).publicKey,
}

const privateForms: Forms = {
  'PRIVATE KEY': (key) => createPrivateKey({ key, format: 'der', type: 'pkcs8' }),
  'RSA PRIVATE KEY': (key) => createPrivateKey({ key, format: 'der', type: 'pkcs1' }),
  'EC PRIVATE KEY': (key) => createPrivateKey({ key, format: 'der', type: 'sec1' }),
}

function read(
  input: KeyInput,
  algorithm: VerificationAlgorithm,
  operation: 'verify' | 'sign',
  forms: Forms,
): KeyObject {
  if (typeof input === 'string') return readPemKey(input, forms)
  if (input instanceof Uint8Array) {
    if (input.length > maxKeyLength) throw new TypeError(`a key has at most ${maxKeyLength} bytes`)
    const bytes = Buffer.from(input)
    // A PEM file as readFile gives it. Here this is no guess: DER begins with 0x30.
    return bytes[0] === 0x30 ? readDer(bytes, forms) : readPemKey(bytes.toString('latin1'), forms)
  }
  if (isHeldKey(input)) {
    return heldKey(input, algorithm, operation === 'verify' ? 'public' : 'private', operation)
  }
  if (typeof input === 'object' && input !== null) return readJwk(input, algorithm, operation)
  throw new TypeError('a key is given as PEM, DER, JWK, KeyObject or CryptoKey')
}

function readPemKey(text: string, forms: Forms): KeyObject {
  const { label, contents } = readPem(text, forms === publicForms ? 'public' : 'private', Object.keys(forms))
  return readDer(Buffer.from(contents, 'base64'), forms, [forms[label]!]) // of those that were asked for
}

function readDer(bytes: Buffer, forms: Forms, tried: readonly ReadDer[] = Object.values(forms)): KeyObject {
  // createPublicKey takes a private key as well and gives its public half. Whoever hands one over does not
  // know what they distribute.
  if (
    forms === publicForms &&
    Object.values(privateForms).some((form) => attempt(form, bytes) !== undefined)
  ) {
    throw new TypeError('this is a private key: see privateKey and publicKeyOf')
  }
  for (const form of tried) {
    const key = attempt(form, bytes)
    if (key !== undefined) return key
  }
  throw new TypeError('the contents of this key cannot be read')
}

function attempt(form: ReadDer, bytes: Buffer): KeyObject | undefined {
  try {
    return form(bytes)
  } catch {
    return undefined // not of this form
  }
}

function refuseSecret(algorithm: VerificationAlgorithm): void {
  if (schemeOf(algorithm).kty === 'oct') throw new TypeError(`${algorithm} uses a secret key: see secretKey`)
}

function kidOf(input: KeyInput): string | undefined {
  if (typeof input !== 'object' || input instanceof Uint8Array || isHeldKey(input)) return undefined
  return checkKeyId(input.kid)
}
