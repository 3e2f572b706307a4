import { generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto'
import { coseNumbers, type PasskeyAlgorithm } from '../src/accounts/passkeys/ceremony/cose-key.ts'

// An authenticator and a browser in a few lines, which write what they are told to, right or wrong.

export type Writable = number | string | boolean | null | Uint8Array | readonly Writable[] | CborEntries
/** The entries of a map, in the order in which they are written. */
export class CborEntries {
  readonly entries: readonly (readonly [Writable, Writable])[]

  constructor(...entries: readonly (readonly [Writable, Writable])[]) {
    this.entries = entries
  }
}

export function writeCbor(value: Writable): Buffer {
  if (value === null) return Buffer.of(0xf6)
  if (typeof value === 'boolean') return Buffer.of(value ? 0xf5 : 0xf4)
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value])
  if (value instanceof CborEntries) {
    const written = value.entries.flatMap(([key, held]) => [writeCbor(key), writeCbor(held)])
    return Buffer.concat([head(5, value.entries.length), ...written])
  }
  return Buffer.concat([head(4, value.length), ...value.map(writeCbor)])
}

function head(major: number, argument: number): Buffer {
  if (argument < 24) return Buffer.of((major << 5) | argument)
  if (argument < 256) return Buffer.of((major << 5) | 24, argument)
  const bytes = Buffer.alloc(3)
  bytes.writeUInt8((major << 5) | 25)
  bytes.writeUInt16BE(argument, 1)
  return bytes
}

export interface KeyPair {
  readonly algorithm: PasskeyAlgorithm
  readonly privateKey: KeyObject
  readonly cose: CborEntries
}

export function keyPair(algorithm: PasskeyAlgorithm): KeyPair {
  if (algorithm === 'RS256') {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const { n = '', e = '' } = publicKey.export({ format: 'jwk' })
    const members = [[1, 3] as const, [3, coseNumbers.RS256] as const]
    return { algorithm, privateKey, cose: new CborEntries(...members, [-1, bytesOf(n)], [-2, bytesOf(e)]) }
  }
  if (algorithm === 'EdDSA') {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const { x = '' } = publicKey.export({ format: 'jwk' })
    const cose = new CborEntries([1, 1], [3, coseNumbers.EdDSA], [-1, 6], [-2, bytesOf(x)])
    return { algorithm, privateKey, cose }
  }
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const coordinates = [[-2, bytesOf(x)] as const, [-3, bytesOf(y)] as const]
  return {
    algorithm,
    privateKey,
    cose: new CborEntries([1, 2], [3, coseNumbers.ES256], [-1, 1], ...coordinates),
  }
}

export const signedBy = ({ algorithm, privateKey }: KeyPair, bytes: Uint8Array) =>
  sign(algorithm === 'EdDSA' ? null : 'sha256', bytes, privateKey)

export const flags = { up: 1, uv: 4, be: 8, bs: 16, at: 64, ed: 128 } as const

export interface AuthenticatorDataParts {
  readonly rpId: string
  readonly flags: number
  readonly signCount: number
  /** AAGUID, length, id and key, as bytes. */
  readonly attested?: Uint8Array | undefined
  readonly extensions?: Uint8Array | undefined
}

export function authenticatorData(parts: AuthenticatorDataParts): Buffer {
  const count = Buffer.alloc(4)
  count.writeUInt32BE(parts.signCount)
  const { attested = Buffer.alloc(0), extensions = Buffer.alloc(0) } = parts
  const rpIdHash = hash('sha256', parts.rpId, 'buffer')
  return Buffer.concat([rpIdHash, Buffer.of(parts.flags), count, attested, extensions])
}

export function attestedBytes(
  id: Uint8Array,
  cose: Uint8Array,
  aaguid: Uint8Array = Buffer.alloc(16),
): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(id.length)
  return Buffer.concat([aaguid, length, id, cose])
}

export function attestationObject(
  authData: Uint8Array,
  format = 'none',
  statement: Writable = new CborEntries(),
): Buffer {
  return writeCbor(new CborEntries(['fmt', format], ['attStmt', statement], ['authData', authData]))
}

/** What is signed: the data of the authenticator, and the hash of what the browser says. */
export function signedBytes(authData: Uint8Array, clientDataJson: Uint8Array): Buffer {
  return Buffer.concat([authData, hash('sha256', clientDataJson, 'buffer')])
}

export const jsonBytes = (value: unknown) => Buffer.from(JSON.stringify(value))

const bytesOf = (text: string) => Buffer.from(text, 'base64url')
