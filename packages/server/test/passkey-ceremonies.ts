import type { KnownPasskey } from '../src/accounts/passkeys/ceremony/authentication.ts'
import { readCbor } from '../src/accounts/passkeys/ceremony/cbor.ts'
import { readCoseKey } from '../src/accounts/passkeys/ceremony/cose-key.ts'
import type { Registration } from '../src/accounts/passkeys/ceremony/registration.ts'
import type { Authentication } from '../src/http/passkey-json.ts'
import {
  attestationObject,
  attestedBytes,
  authenticatorData,
  CborEntries,
  flags,
  jsonBytes,
  type KeyPair,
  keyPair,
  signedBy,
  signedBytes,
  type Writable,
  writeCbor,
} from './passkeys.ts'

// Ceremonies of strangers by a seed: right ones, ones that are wrong in a part or two, and ones with bytes changed on the way.

export const rpId = 'door.example'
export const origin = 'https://door.example'
export const challenge = Buffer.alloc(32, 7).toString('base64url')

type Random = () => number

/** SplitMix32: numbers from 0 up to 1, the same for the same seed. */
export function randomFrom(seed: number): Random {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
}

const one = <Value>(random: Random, values: readonly Value[]): Value =>
  values[Math.floor(random() * values.length)]!
const seldom = <Value>(random: Random, usual: Value, others: readonly Value[]): Value =>
  random() < 0.93 ? usual : one(random, others)

export const pairs: readonly KeyPair[] = (['ES256', 'ES256', 'EdDSA', 'EdDSA', 'RS256'] as const).map(keyPair)

export interface MadeRegistration extends Registration {
  readonly kind: 'registration'
  readonly requiresPresence: boolean
  readonly requiresVerification: boolean
}

export interface MadeAuthentication extends Authentication {
  readonly kind: 'authentication'
  readonly passkey: KnownPasskey
  readonly cose: Uint8Array
  readonly requiresVerification: boolean
  /** Whether the signature is not as the key wrote it. */
  readonly isSignatureDamaged: boolean
}

export function registration(random: Random): MadeRegistration {
  const pair = one(random, pairs)
  const clientDataJson = clientData(random, 'webauthn.create')
  const id = Buffer.alloc(seldom(random, 32, [0, 1, 16, 64, 1023, 1024, 1500]), 5)
  const cose = seldom(random, () => writeCbor(pair.cose), [() => writeCbor(otherKey(random, pair))])()
  const isAttested = seldom(random, true, [false])
  const authData = authenticatorData({
    rpId: seldom(random, rpId, ['evil.example', '']),
    flags: flagsOf(random) | (isAttested ? flags.at : seldom(random, 0, [flags.at])),
    signCount: one(random, [0, 0, 1, 4_294_967_295]),
    attested: isAttested ? attestedBytes(id, cose) : undefined,
    extensions: extensionsOf(random),
  })
  const { format, statement } = attestation(random, pair, signedBytes(authData, clientDataJson))
  return {
    kind: 'registration',
    clientDataJson: damaged(random, clientDataJson),
    attestationObject: damaged(random, attestationObject(damaged(random, authData), format, statement)),
    requiresPresence: random() < 0.8,
    requiresVerification: random() < 0.6,
  }
}

export function authentication(random: Random): MadeAuthentication {
  const pair = one(random, pairs)
  const clientDataJson = clientData(random, 'webauthn.get')
  const attested = random() < 0.03 ? attestedBytes(Buffer.alloc(16, 5), writeCbor(pair.cose)) : undefined
  const authData = authenticatorData({
    rpId: seldom(random, rpId, ['evil.example', 'door.example.']),
    flags: flagsOf(random) | (attested ? flags.at : 0),
    signCount: one(random, [0, 1, 5, 4_294_967_295]),
    attested,
    extensions: extensionsOf(random),
  })
  const signer = seldom(random, pair, pairs)
  const written = signedBy(signer, signedBytes(authData, clientDataJson))
  const signature = damaged(random, written)
  const cose = writeCbor(pair.cose)
  const credentialId = Buffer.alloc(32, 5)
  const passkey = {
    credentialId,
    userHandle: Buffer.from('usr_1'),
    key: readCoseKey(readCbor(cose).value),
    signCount: one(random, [0, 0, 1, 5]),
    isBackupEligible: random() < 0.5,
  }
  return {
    kind: 'authentication',
    credentialId,
    clientDataJson: damaged(random, clientDataJson),
    authenticatorData: damaged(random, authData),
    signature,
    userHandle: undefined,
    passkey,
    cose,
    requiresVerification: random() < 0.6,
    isSignatureDamaged: signature !== written,
  }
}

function clientData(random: Random, type: string): Buffer {
  return jsonBytes({
    type: seldom(random, type, ['webauthn.create', 'webauthn.get', 'payment.get', 7]),
    challenge: seldom(random, challenge, ['', `${challenge}=`, challenge.toUpperCase(), null]),
    origin: seldom(random, origin, ['http://door.example', `${origin}/`, 'https://evil.example', [origin]]),
    crossOrigin: seldom<unknown>(random, one(random, [undefined, false]), [true, 'false', null, 0]),
    topOrigin: seldom<unknown>(random, undefined, ['https://evil.example', origin]),
    extra: seldom(random, undefined, ['x'.repeat(50), 'x'.repeat(5000)]),
  })
}

function flagsOf(random: Random): number {
  const backup = one(random, [0, flags.be, flags.be | flags.bs])
  const odd = seldom(random, 0, [flags.bs, flags.ed, 2, 32])
  return seldom(random, flags.up | flags.uv, [flags.up, flags.uv, 0]) | backup | odd
}

/** Extensions without their flag, and the flag without them, are left over and missing bytes. */
function extensionsOf(random: Random): Uint8Array | undefined {
  const none: Uint8Array | undefined = undefined
  return seldom(random, none, [
    writeCbor(new CborEntries(['credProtect', 2])),
    writeCbor(new CborEntries(['b', 1], ['a', 2])),
    writeCbor(3),
    Buffer.of(0),
  ])
}

function attestation(
  random: Random,
  pair: KeyPair,
  signed: Uint8Array,
): { format: string; statement: Writable } {
  const none = { format: 'none', statement: new CborEntries() }
  const self = (sig: Uint8Array) => new CborEntries(['alg', algorithmOf(pair)], ['sig', sig])
  return seldom(random, none, [
    { format: 'packed', statement: self(signedBy(pair, signed)) },
    { format: 'packed', statement: self(signedBy(pair, signed)) },
    { format: 'packed', statement: self(signedBy(one(random, pairs), signed)) },
    { format: 'none', statement: self(signedBy(pair, signed)) },
    { format: 'fido-u2f', statement: new CborEntries() },
    { format: 'unheard-of', statement: new CborEntries() },
  ])
}

const algorithmOf = ({ cose }: KeyPair): Writable => cose.entries[1]![1]

/** A key with a parameter more, less, or other than it should have, or in another order. */
function otherKey(random: Random, { cose: { entries } }: KeyPair): CborEntries {
  const at = Math.floor(random() * entries.length)
  return one(random, [
    new CborEntries(...entries.slice(0, at), ...entries.slice(at + 1)),
    new CborEntries(...entries, [-9, 1]),
    new CborEntries(...entries.toReversed()),
    new CborEntries(...entries.map(([key, value], index) => [key, index === at ? 5 : value] as const)),
    new CborEntries(
      ...entries.map(
        ([key, value]) => [key, value instanceof Uint8Array ? Buffer.alloc(value.length) : value] as const,
      ),
    ),
  ])
}

/** Mostly as it is; else with a bit turned, a byte too few or one too many. */
function damaged(random: Random, bytes: Buffer): Buffer {
  if (random() < 0.96 || bytes.length === 0) return bytes
  const at = Math.floor(random() * bytes.length)
  const turned = Buffer.from(bytes)
  turned.writeUInt8(turned.readUInt8(at) ^ (1 << Math.floor(random() * 8)), at)
  return one(random, [
    turned,
    turned,
    turned,
    bytes.subarray(0, -1),
    bytes.subarray(0, at),
    Buffer.concat([bytes, Buffer.of(0)]),
  ])
}
