import { hash } from 'node:crypto'
import { type Cbor, readCbor } from './cbor.ts'
import { CeremonyFault } from './fault.ts'

/** What an authenticator says of a ceremony (WebAuthn section 6.1). */
export interface AuthenticatorData {
  readonly rpIdHash: Uint8Array
  /** Somebody has touched it. */
  readonly isUserPresent: boolean
  /** It has verified its owner, by a PIN or a finger. */
  readonly isUserVerified: boolean
  /** Whether the key may be copied to other devices of the person; for the life of the passkey. */
  readonly isBackupEligible: boolean
  readonly isBackedUp: boolean
  readonly signCount: number
  /** Of a registration only. */
  readonly attested: AttestedCredential | undefined
}

export interface AttestedCredential {
  readonly aaguid: Uint8Array
  readonly id: Uint8Array
  readonly publicKey: Cbor
}

const flag = {
  userPresent: 1,
  userVerified: 4,
  backupEligible: 8,
  backedUp: 16,
  attested: 64,
  extensions: 128,
}
const headLength = 37
/** The head of an attested credential: AAGUID, and the length of the id. */
const attestedLength = 18
/** WebAuthn section 6.5.1, step 5. */
const longestId = 1023

/**
 * Read authenticator data to its last byte. Reserved flags do not count (section 6.1).
 * @throws {CeremonyFault} `authenticator_data_malformed`, `credential_id_invalid`, `backup_flags_invalid`, `cbor_malformed`
 */
export function readAuthenticatorData(bytes: Uint8Array): AuthenticatorData {
  if (bytes.length < headLength) throw malformed()
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const flags = view.readUInt8(32)
  const has = (bit: number) => (flags & bit) !== 0
  let at = headLength
  let attested: AttestedCredential | undefined
  if (has(flag.attested)) {
    if (view.length < at + attestedLength) throw malformed()
    const idLength = view.readUInt16BE(at + 16)
    const aaguid = view.subarray(at, at + 16)
    at += attestedLength
    if (idLength === 0 || idLength > longestId) throw new CeremonyFault('credential_id_invalid')
    if (view.length < at + idLength) throw malformed()
    const { value, end } = readCbor(view, at + idLength)
    attested = { aaguid, id: view.subarray(at, at + idLength), publicKey: value }
    at = end
  }
  if (has(flag.extensions)) {
    const { value, end } = readCbor(view, at)
    if (!(value instanceof Map)) throw malformed()
    at = end
  }
  if (at !== view.length) throw malformed()
  // What cannot be backed up is not (section 6.1.3).
  if (has(flag.backedUp) && !has(flag.backupEligible)) throw new CeremonyFault('backup_flags_invalid')
  return {
    rpIdHash: view.subarray(0, 32),
    isUserPresent: has(flag.userPresent),
    isUserVerified: has(flag.userVerified),
    isBackupEligible: has(flag.backupEligible),
    isBackedUp: has(flag.backedUp),
    signCount: view.readUInt32BE(33),
    attested,
  }
}

export interface ExpectedAuthenticator {
  readonly rpId: string
  /** False only where the server has decided so before it gave the challenge: a passkey that is made without a prompt. */
  readonly requiresPresence: boolean
  readonly requiresVerification: boolean
}

/** @throws {CeremonyFault} `rp_id_mismatch`, `user_not_present`, `user_not_verified` */
export function checkAuthenticator(
  { rpIdHash, isUserPresent, isUserVerified }: AuthenticatorData,
  { rpId, requiresPresence, requiresVerification }: ExpectedAuthenticator,
): void {
  if (hash('sha256', rpId, 'buffer').compare(rpIdHash) !== 0) throw new CeremonyFault('rp_id_mismatch')
  if (requiresPresence && !isUserPresent) throw new CeremonyFault('user_not_present')
  if (requiresVerification && !isUserVerified) throw new CeremonyFault('user_not_verified')
}

const malformed = () => new CeremonyFault('authenticator_data_malformed')
