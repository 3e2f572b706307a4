import { createHmac, type KeyObject } from 'node:crypto'
import { handleOf, schemeOf, type VerificationKey } from '../keys/keys.ts'
import { checkerOf } from '../signature.ts'
import type { KeyToTry, SecretReading } from './check-keys.ts'

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
    fits(input, signature) {
      const token = `${input}.${signature}`
      // Signatures are made over ASCII; whatever else was pasted, no key made one over it.
      return Buffer.byteLength(token) === token.length ? checkerOf(key)(token, input.length) : undefined
    },
  }))
}

/** The reading of a secret under which the signature is of it. */
function readingOf(
  handle: KeyObject,
  algorithm: VerificationKey['algorithm'],
  input: string,
  signature: string,
): SecretReading | undefined {
  const scheme = schemeOf(algorithm)
  const given = handle.export().toString('latin1')
  const written = given.trim()
  const readings: readonly (readonly [SecretReading, Buffer])[] = [
    ['without its line end', Buffer.from(given.replace(/\r?\n$/, ''), 'latin1')],
    ['hex', Buffer.from(/^([\da-f]{2})+$/i.test(written) ? written : '', 'hex')],
    ['base64url', Buffer.from(/^[\w-]+$/.test(written) ? written : '', 'base64url')],
    ['base64', Buffer.from(/^[\w+/-]+=*$/.test(written) ? written : '', 'base64')],
  ]
  // What is empty was not written in this way.
  const fits = (bytes: Buffer) =>
    bytes.length > 0 &&
    'hash' in scheme &&
    createHmac(scheme.hash, bytes).update(input, 'latin1').digest('base64url') === signature
  return readings.find(([, bytes]) => fits(bytes))?.[0]
}
