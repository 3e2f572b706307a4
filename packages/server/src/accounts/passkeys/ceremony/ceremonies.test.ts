import assert from 'node:assert/strict'
import { test } from 'node:test'
import { challenge, origin, pairs, rpId } from '../../../../test/passkey-ceremonies.ts'
import {
  attestationObject,
  attestedBytes,
  authenticatorData,
  CborEntries,
  flags,
  jsonBytes,
  type KeyPair,
  signedBy,
  signedBytes,
  type Writable,
  writeCbor,
} from '../../../../test/passkeys.ts'
import { checkAuthentication } from './authentication.ts'
import { readCbor } from './cbor.ts'
import { readCoseKey } from './cose-key.ts'
import type { CeremonyFaultReason } from './fault.ts'
import { checkRegistration } from './registration.ts'

const [pair = assert.fail(), other = assert.fail()] = pairs
const rsaPair = pairs.find(({ algorithm }) => algorithm === 'RS256') ?? assert.fail()
const id = Buffer.alloc(32, 5)
const goodFlags = flags.up | flags.uv
const expected = {
  challenge,
  origins: new Set([origin]),
  rpId,
  requiresPresence: true,
  requiresVerification: true,
}

interface Case {
  readonly client?: Readonly<Record<string, unknown>>
  readonly clientBytes?: Buffer
  readonly rpId?: string
  readonly flags?: number
  readonly signCount?: number
  readonly extensions?: Buffer
}
interface RegistrationCase extends Case {
  readonly pair?: KeyPair
  readonly id?: Buffer
  readonly cose?: Writable
  /** The attested credential as bytes; null for none. */
  readonly attested?: Buffer | null
  readonly format?: string
  readonly statement?: (signed: Buffer) => Writable
  readonly behind?: Buffer
  readonly object?: Buffer
}

const clientBytes = (type: string, { client, clientBytes }: Case) =>
  clientBytes ?? jsonBytes({ type, challenge, origin, ...client })

function register(given: RegistrationCase, requires: Partial<typeof expected> = {}) {
  const clientDataJson = clientBytes('webauthn.create', given)
  const cose = writeCbor(given.cose ?? (given.pair ?? pair).cose)
  const attested = given.attested === undefined ? attestedBytes(given.id ?? id, cose) : given.attested
  const authData = authenticatorData({
    rpId: given.rpId ?? rpId,
    flags: (given.flags ?? goodFlags) | (attested ? flags.at : 0),
    signCount: given.signCount ?? 0,
    attested: attested ?? undefined,
    extensions: given.extensions,
  })
  const statement = given.statement?.(signedBytes(authData, clientDataJson)) ?? new CborEntries()
  const object = given.object ?? attestationObject(authData, given.format, statement)
  const attestation = Buffer.concat([object, given.behind ?? Buffer.alloc(0)])
  return checkRegistration({ clientDataJson, attestationObject: attestation }, { ...expected, ...requires })
}

for (const made of [pair, rsaPair, ...pairs.filter(({ algorithm }) => algorithm === 'EdDSA').slice(0, 1)]) {
  test(`a registration is taken: ${made.algorithm}`, () => {
    const aaguid = Buffer.from('fbfc3007154e4ecc8c0b6e020557d7bd', 'hex')
    const attested = attestedBytes(id, writeCbor(made.cose), aaguid)
    const passkey = register({ attested, flags: goodFlags | flags.be | flags.bs, signCount: 9 })
    assert.equal(passkey.key.algorithm, made.algorithm)
    assert.deepEqual(Buffer.from(passkey.credentialId), id)
    const { aaguid: model, signCount, isUserVerified, isBackupEligible, isBackedUp } = passkey
    assert.deepEqual(
      { model, signCount, isUserVerified, isBackupEligible, isBackedUp },
      {
        model: 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd',
        signCount: 9,
        isUserVerified: true,
        isBackupEligible: true,
        isBackedUp: true,
      },
    )
  })
}

/** An attestation of so many bytes, by an extension that nobody knows. */
function ofLength(bytes: number): RegistrationCase {
  const withText = (length: number) => ({
    flags: goodFlags | flags.ed,
    extensions: writeCbor(new CborEntries(['later', 'x'.repeat(length)])),
  })
  const probe = withText(4000)
  const attested = attestedBytes(id, writeCbor(pair.cose))
  const authData = authenticatorData({
    ...{ rpId, signCount: 0, attested },
    ...{ flags: probe.flags | flags.at, extensions: probe.extensions },
  })
  return withText(4000 + bytes - attestationObject(authData).length)
}

/** Client data of a registration, of so many bytes. */
function clientDataOf(bytes: number): Buffer {
  return Buffer.from(JSON.stringify({ type: 'webauthn.create', challenge, origin }).padEnd(bytes))
}

const algorithm = -7
const self = (sig: Writable, alg: Writable = algorithm) => new CborEntries(['alg', alg], ['sig', sig])

const registered: readonly ({
  readonly name: string
  readonly requires?: Partial<typeof expected>
} & RegistrationCase)[] = [
  { name: 'of a page that says it is in no frame', client: { crossOrigin: false } },
  { name: 'with members that nobody knows', client: { later: { deep: [1] } } },
  {
    name: 'with extensions',
    flags: goodFlags | flags.ed,
    extensions: writeCbor(new CborEntries(['credProtect', 2])),
  },
  { name: 'client data of 4,096 bytes', clientBytes: clientDataOf(4096) },
  { name: 'an attestation of 8,192 bytes', ...ofLength(8192) },
  { name: 'with reserved flags', flags: goodFlags | 2 | 32 },
  { name: 'an id of one byte', id: Buffer.alloc(1) },
  { name: 'an id of 1,023 bytes', id: Buffer.alloc(1023) },
  { name: 'signed by itself', format: 'packed', statement: (signed) => self(signedBy(pair, signed)) },
  { name: 'nobody verified, where that may be', flags: flags.up, requires: { requiresVerification: false } },
  { name: 'nobody present, where that may be', flags: flags.uv, requires: { requiresPresence: false } },
]

for (const { name, requires, ...given } of registered) {
  test(`a registration is taken: ${name}`, () => {
    assert.equal(register(given, requires).key.algorithm, 'ES256')
  })
}

const members = pair.cose.entries
const withMember = (key: number, value: Writable) =>
  new CborEntries(...members.map(([name, held]) => [name, name === key ? value : held] as const))
const rsaWith = (key: number, value: Writable) =>
  new CborEntries(...rsaPair.cose.entries.map(([name, held]) => [name, name === key ? value : held] as const))
const edwards = (x: Buffer) => new CborEntries([1, 1], [3, -8], [-1, 6], [-2, x])

const notRegistered: readonly ({
  readonly name: string
  readonly reason: CeremonyFaultReason
} & RegistrationCase)[] = [
  { name: 'client data that are no JSON', clientBytes: Buffer.from('{'), reason: 'client_data_malformed' },
  { name: 'client data that are null', clientBytes: Buffer.from('null'), reason: 'client_data_malformed' },
  { name: 'client data that are a list', clientBytes: Buffer.from('[]'), reason: 'client_data_malformed' },
  {
    name: 'client data that are no UTF-8',
    clientBytes: Buffer.from(
      JSON.stringify({ type: 'webauthn.create', challenge, origin, later: '\u00ff' }),
      'latin1',
    ),
    reason: 'client_data_malformed',
  },
  {
    name: 'client data of 4,097 bytes',
    clientBytes: clientDataOf(4097),
    reason: 'client_data_malformed',
  },
  { name: 'a challenge that is no text', client: { challenge: 7 }, reason: 'client_data_malformed' },
  { name: 'no type', client: { type: undefined }, reason: 'client_data_malformed' },
  { name: 'an origin that is a list', client: { origin: [origin] }, reason: 'client_data_malformed' },
  { name: 'a frame that is text', client: { crossOrigin: 'false' }, reason: 'client_data_malformed' },
  { name: 'a sign-in', client: { type: 'webauthn.get' }, reason: 'type_mismatch' },
  { name: 'another challenge', client: { challenge: `${challenge}A` }, reason: 'challenge_mismatch' },
  { name: 'another origin', client: { origin: 'https://evil.example' }, reason: 'origin_mismatch' },
  { name: 'the origin with a path', client: { origin: `${origin}/` }, reason: 'origin_mismatch' },
  { name: 'a frame', client: { crossOrigin: true }, reason: 'cross_origin' },
  { name: 'a top origin alone', client: { topOrigin: origin }, reason: 'cross_origin' },
  { name: 'another site', rpId: 'evil.example', reason: 'rp_id_mismatch' },
  { name: 'nobody present', flags: flags.uv, reason: 'user_not_present' },
  { name: 'nobody verified', flags: flags.up, reason: 'user_not_verified' },
  { name: 'backed up, though it cannot be', flags: goodFlags | flags.bs, reason: 'backup_flags_invalid' },
  { name: 'no credential', attested: null, reason: 'authenticator_data_malformed' },
  {
    name: 'a credential that ends early',
    attested: Buffer.alloc(17),
    reason: 'authenticator_data_malformed',
  },
  {
    name: 'an id that ends early',
    attested: attestedBytes(id, Buffer.alloc(0)).subarray(0, 40),
    reason: 'authenticator_data_malformed',
  },
  { name: 'no key', attested: attestedBytes(id, Buffer.alloc(0)), reason: 'cbor_malformed' },
  { name: 'an id of no bytes', id: Buffer.alloc(0), reason: 'credential_id_invalid' },
  { name: 'an id of 1,024 bytes', id: Buffer.alloc(1024), reason: 'credential_id_invalid' },
  { name: 'bytes behind the key', extensions: Buffer.of(0), reason: 'authenticator_data_malformed' },
  { name: 'extensions that are missing', flags: goodFlags | flags.ed, reason: 'cbor_malformed' },
  {
    name: 'extensions that are no map',
    flags: goodFlags | flags.ed,
    extensions: Buffer.of(0),
    reason: 'authenticator_data_malformed',
  },
  { name: 'a key that is no map', cose: 7, reason: 'key_unacceptable' },
  {
    name: 'a key with one parameter more',
    cose: new CborEntries(...members, [-4, 1]),
    reason: 'key_unacceptable',
  },
  {
    name: 'a key without an algorithm',
    cose: new CborEntries(...members.filter(([name]) => name !== 3)),
    reason: 'key_unacceptable',
  },
  { name: 'a key of P-384', cose: withMember(-1, 2), reason: 'key_unacceptable' },
  { name: 'an algorithm that was not asked for', cose: withMember(3, -35), reason: 'key_unacceptable' },
  { name: 'the algorithm of another key type', cose: withMember(3, -8), reason: 'key_unacceptable' },
  { name: 'a compressed point', cose: withMember(-3, true), reason: 'key_unacceptable' },
  { name: 'a short coordinate', cose: withMember(-2, Buffer.alloc(31, 1)), reason: 'key_unacceptable' },
  { name: 'a point beside the curve', cose: withMember(-2, Buffer.alloc(32, 1)), reason: 'key_unacceptable' },
  { name: 'a point of small order', cose: edwards(Buffer.alloc(32)), reason: 'key_unacceptable' },
  { name: 'RSA of 1,024 bits', cose: rsaWith(-1, Buffer.alloc(128, 0xff)), reason: 'key_unacceptable' },
  { name: 'RSA with an exponent of 1', cose: rsaWith(-2, Buffer.of(1)), reason: 'key_unacceptable' },
  { name: 'a statement beside none', statement: () => self(id), reason: 'attestation_invalid' },
  { name: 'a statement that is a list', statement: () => [], reason: 'attestation_invalid' },
  {
    name: 'signed by another key',
    format: 'packed',
    statement: (signed) => self(signedBy(other, signed)),
    reason: 'attestation_invalid',
  },
  {
    name: 'signed by an algorithm that is not of the key',
    format: 'packed',
    statement: (signed) => self(signedBy(pair, signed), -8),
    reason: 'attestation_invalid',
  },
  {
    name: 'a signature that is text',
    format: 'packed',
    statement: () => self('x'),
    reason: 'attestation_invalid',
  },
  {
    name: 'a certificate',
    format: 'packed',
    statement: () => new CborEntries(['alg', -7], ['sig', id], ['x5c', [id]]),
    reason: 'attestation_unexpected',
  },
  { name: 'a format that was not asked for', format: 'fido-u2f', reason: 'attestation_unexpected' },
  { name: 'bytes behind the attestation', behind: Buffer.of(0), reason: 'cbor_malformed' },
  { name: 'an attestation of 8,193 bytes', ...ofLength(8193), reason: 'cbor_malformed' },
  { name: 'a long attestation', behind: Buffer.alloc(9000), reason: 'cbor_malformed' },
  { name: 'an attestation that is a list', object: writeCbor([1]), reason: 'cbor_malformed' },
  {
    name: 'an attestation with a member more',
    object: writeCbor(
      new CborEntries(['fmt', 'none'], ['more', 1], ['attStmt', new CborEntries()], ['authData', id]),
    ),
    reason: 'cbor_malformed',
  },
  {
    name: 'an attestation without a format',
    object: writeCbor(new CborEntries(['no', 'none'], ['attStmt', new CborEntries()], ['authData', id])),
    reason: 'cbor_malformed',
  },
  {
    name: 'authenticator data that are short',
    object: attestationObject(Buffer.alloc(36)),
    reason: 'authenticator_data_malformed',
  },
]

for (const { name, reason, ...given } of notRegistered) {
  test(`a registration is refused: ${name}`, () => {
    assert.throws(() => register(given), { name: 'CeremonyFault', reason })
  })
}

interface AuthenticationCase extends Case {
  readonly pair?: KeyPair
  /** Who signs, if it is not the key that is stored. */
  readonly signer?: KeyPair
  readonly stored?: { readonly signCount?: number; readonly isBackupEligible?: boolean }
  readonly attested?: Buffer
  readonly userHandle?: Buffer
  readonly credentialId?: Buffer
  readonly signature?: (signature: Buffer) => Buffer
}

function authenticate(given: AuthenticationCase) {
  const clientDataJson = clientBytes('webauthn.get', given)
  const data = authenticatorData({
    rpId: given.rpId ?? rpId,
    flags: (given.flags ?? goodFlags) | (given.attested ? flags.at : 0),
    signCount: given.signCount ?? 0,
    attested: given.attested,
    extensions: given.extensions,
  })
  const key = given.pair ?? pair
  const signature = signedBy(given.signer ?? key, signedBytes(data, clientDataJson))
  const passkey = {
    credentialId: id,
    userHandle: Buffer.from('usr_1'),
    key: readCoseKey(readCbor(writeCbor(key.cose)).value),
    signCount: 0,
    isBackupEligible: false,
    ...given.stored,
  }
  return checkAuthentication(
    {
      credentialId: given.credentialId ?? id,
      clientDataJson,
      authenticatorData: data,
      signature: given.signature?.(signature) ?? signature,
      userHandle: given.userHandle,
    },
    passkey,
    expected,
  )
}

for (const made of pairs) {
  test(`a passkey is taken: ${made.algorithm}`, () => {
    const stored = { signCount: 4, isBackupEligible: true }
    const used = authenticate({ pair: made, stored, flags: goodFlags | flags.be | flags.bs, signCount: 5 })
    assert.deepEqual(used, { signCount: 5, isUserVerified: true, isBackedUp: true })
  })
}

test('a passkey that does not count is taken, and one that says who its owner is', () => {
  const used = authenticate({ userHandle: Buffer.from('usr_1') })
  assert.deepEqual(used, { signCount: 0, isUserVerified: true, isBackedUp: false })
})

/** Extensions that nobody knows, of so many bytes. */
function extensionsOf(bytes: number): Buffer {
  return writeCbor(new CborEntries(['x', Buffer.alloc(bytes - 6)]))
}

test('data of 2,048 bytes are no data too long', () => {
  const used = authenticate({ flags: goodFlags | flags.ed, extensions: extensionsOf(2048 - 37) })
  assert.equal(used.signCount, 0)
})

const notAuthenticated: readonly ({
  readonly name: string
  readonly reason: CeremonyFaultReason
} & AuthenticationCase)[] = [
  { name: 'client data that are no JSON', clientBytes: Buffer.from('x'), reason: 'client_data_malformed' },
  { name: 'a registration', client: { type: 'webauthn.create' }, reason: 'type_mismatch' },
  { name: 'another challenge', client: { challenge: 'x' }, reason: 'challenge_mismatch' },
  { name: 'another origin', client: { origin: 'http://door.example' }, reason: 'origin_mismatch' },
  { name: 'a frame', client: { crossOrigin: true }, reason: 'cross_origin' },
  { name: 'another site', rpId: 'evil.example', reason: 'rp_id_mismatch' },
  { name: 'nobody present', flags: flags.uv, reason: 'user_not_present' },
  { name: 'nobody verified', flags: flags.up, reason: 'user_not_verified' },
  {
    name: 'a new key beside the signature',
    attested: attestedBytes(id, writeCbor(pair.cose)),
    reason: 'authenticator_data_malformed',
  },
  { name: 'bytes left over', extensions: Buffer.of(0xa0), reason: 'authenticator_data_malformed' },
  {
    name: 'data of 2,049 bytes',
    flags: goodFlags | flags.ed,
    extensions: extensionsOf(2049 - 37),
    reason: 'authenticator_data_malformed',
  },
  { name: 'backed up, though it cannot be', flags: goodFlags | flags.bs, reason: 'backup_flags_invalid' },
  { name: 'it can be backed up now', flags: goodFlags | flags.be, reason: 'backup_eligibility_changed' },
  {
    name: 'it cannot be backed up any more',
    stored: { isBackupEligible: true },
    reason: 'backup_eligibility_changed',
  },
  { name: 'another passkey', credentialId: Buffer.alloc(32, 6), reason: 'credential_mismatch' },
  { name: 'the id cut short', credentialId: id.subarray(1), reason: 'credential_mismatch' },
  { name: 'another owner', userHandle: Buffer.from('usr_2'), reason: 'user_handle_mismatch' },
  { name: 'the key of another passkey', signer: other, reason: 'signature_invalid' },
  { name: 'no signature', signature: () => Buffer.alloc(0), reason: 'signature_invalid' },
  {
    name: 'a byte behind the signature',
    signature: (signature) => Buffer.concat([signature, Buffer.of(0)]),
    reason: 'signature_invalid',
  },
  {
    name: 'a long signature',
    pair: rsaPair,
    signature: () => Buffer.alloc(1025),
    reason: 'signature_invalid',
  },
  { name: 'the count of before', signCount: 4, stored: { signCount: 4 }, reason: 'counter_not_higher' },
  { name: 'a count of nothing after others', stored: { signCount: 4 }, reason: 'counter_not_higher' },
]

for (const { name, reason, ...given } of notAuthenticated) {
  test(`a passkey is refused: ${name}`, () => {
    assert.throws(() => authenticate(given), { name: 'CeremonyFault', reason })
  })
}
