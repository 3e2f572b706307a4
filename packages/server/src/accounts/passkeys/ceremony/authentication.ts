import { hash } from 'node:crypto'
import type { Authentication } from '../../../http/passkey-json.ts'
import {
  checkAuthenticator,
  type ExpectedAuthenticator,
  readAuthenticatorData,
} from './authenticator-data.ts'
import { checkClientData, type ExpectedClient, readClientData } from './client-data.ts'
import { isSignedBy, type PasskeyKey } from './cose-key.ts'
import { CeremonyFault } from './fault.ts'

/** A passkey as it is stored. */
export interface KnownPasskey {
  readonly credentialId: Uint8Array
  /** What the authenticator knows its owner by. */
  readonly userHandle: Uint8Array
  readonly key: PasskeyKey
  readonly signCount: number
  readonly isBackupEligible: boolean
}

/** What a use of a passkey has proven, and what is stored of it now. */
export interface UsedPasskey {
  readonly signCount: number
  readonly isUserVerified: boolean
  readonly isBackedUp: boolean
}

/** Bytes: the head, and extensions that nobody asked for. */
const longestAuthenticatorData = 2048

/**
 * Check the use of a passkey (WebAuthn section 7.2). That the challenge and the count are used up is the question of whoever stores them.
 * @throws {CeremonyFault} `counter_not_higher` says that the signature is right: the passkey may have been copied
 */
export function checkAuthentication(
  { credentialId, clientDataJson, authenticatorData, signature, userHandle }: Authentication,
  passkey: KnownPasskey,
  expected: ExpectedClient & ExpectedAuthenticator,
): UsedPasskey {
  if (Buffer.compare(credentialId, passkey.credentialId) !== 0) throw new CeremonyFault('credential_mismatch')
  // The credential id says whose it is. Of passkeys that a page has named itself, an authenticator may leave the handle out (section 5.2.2).
  if (userHandle !== undefined && Buffer.compare(userHandle, passkey.userHandle) !== 0) {
    throw new CeremonyFault('user_handle_mismatch')
  }
  checkClientData(readClientData(clientDataJson), 'webauthn.get', expected)
  if (authenticatorData.length > longestAuthenticatorData) {
    throw new CeremonyFault('authenticator_data_malformed')
  }
  const authenticator = readAuthenticatorData(authenticatorData)
  // Only a registration has one (section 6.1).
  if (authenticator.attested) throw new CeremonyFault('authenticator_data_malformed')
  checkAuthenticator(authenticator, expected)
  const { signCount, isUserVerified, isBackupEligible, isBackedUp } = authenticator
  if (isBackupEligible !== passkey.isBackupEligible) throw new CeremonyFault('backup_eligibility_changed')
  const signed = Buffer.concat([authenticatorData, hash('sha256', clientDataJson, 'buffer')])
  if (!isSignedBy(passkey.key, signed, signature)) throw new CeremonyFault('signature_invalid')
  // Authenticators that do not count say 0 (section 6.1.1).
  const counts = signCount !== 0 || passkey.signCount !== 0
  if (counts && signCount <= passkey.signCount) throw new CeremonyFault('counter_not_higher')
  return { signCount, isUserVerified, isBackedUp }
}
