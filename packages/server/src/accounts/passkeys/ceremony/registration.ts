import { hash } from 'node:crypto'
import {
  type AuthenticatorData,
  checkAuthenticator,
  type ExpectedAuthenticator,
  readAuthenticatorData,
} from './authenticator-data.ts'
import { type Cbor, readCbor } from './cbor.ts'
import { checkClientData, type ExpectedClient, readClientData } from './client-data.ts'
import { coseNumbers, isSignedBy, type PasskeyKey, readCoseKey } from './cose-key.ts'
import { CeremonyFault } from './fault.ts'

/** What a browser sends when a passkey was made. */
export interface Registration {
  readonly clientDataJson: Uint8Array
  readonly attestationObject: Uint8Array
}

/** A passkey that was made for what was expected. */
export interface NewPasskey {
  readonly credentialId: Uint8Array
  readonly key: PasskeyKey
  /** The model of the authenticator. Nobody vouches for it: it is shown, and decides nothing. */
  readonly aaguid: string
  readonly signCount: number
  readonly isUserVerified: boolean
  readonly isBackupEligible: boolean
  readonly isBackedUp: boolean
}

/**
 * Check the registration of a passkey (WebAuthn section 7.1). Whether the credential id is new is the question of whoever stores it.
 * @throws {CeremonyFault}
 */
export function checkRegistration(
  { clientDataJson, attestationObject }: Registration,
  expected: ExpectedClient & ExpectedAuthenticator,
): NewPasskey {
  checkClientData(readClientData(clientDataJson), 'webauthn.create', expected)
  const { format, statement, authData } = readAttestation(attestationObject)
  const authenticator = readAuthenticatorData(authData)
  checkAuthenticator(authenticator, expected)
  const { attested } = authenticator
  if (!attested) throw new CeremonyFault('authenticator_data_malformed')
  const key = readCoseKey(attested.publicKey)
  checkStatement(format, statement, key, Buffer.concat([authData, hash('sha256', clientDataJson, 'buffer')]))
  return { credentialId: attested.id, key, aaguid: uuid(attested.aaguid), ...factsOf(authenticator) }
}

/** Bytes. Without certificates an attestation object is little more than the id and the key. */
const longest = 8192

function readAttestation(bytes: Uint8Array): {
  format: Cbor
  statement: Cbor
  authData: Uint8Array
} {
  if (bytes.length > longest) throw new CeremonyFault('cbor_malformed')
  const { value, end } = readCbor(bytes)
  if (end !== bytes.length || !(value instanceof Map) || value.size !== 3) {
    throw new CeremonyFault('cbor_malformed')
  }
  const [format, statement, authData] = [value.get('fmt'), value.get('attStmt'), value.get('authData')]
  if (format === undefined || statement === undefined || !(authData instanceof Uint8Array)) {
    throw new CeremonyFault('cbor_malformed')
  }
  return { format, statement, authData }
}

/**
 * We ask for `none`. A browser that is asked for it passes on two forms alone (WebAuthn section 5.1.3): `none`, and `packed` signed by the
 * passkey itself, which names no model and is checked here. Anything else would be a statement of a certificate that nobody asked for,
 * from a program that does not do as it is told.
 */
function checkStatement(format: Cbor, statement: Cbor, key: PasskeyKey, signed: Uint8Array): void {
  if (!(statement instanceof Map)) throw new CeremonyFault('attestation_invalid')
  if (format === 'none') {
    if (statement.size !== 0) throw new CeremonyFault('attestation_invalid')
    return
  }
  if (format !== 'packed' || statement.has('x5c')) throw new CeremonyFault('attestation_unexpected')
  const [algorithm, signature] = [statement.get('alg'), statement.get('sig')]
  const isWhole = statement.size === 2 && algorithm === coseNumbers[key.algorithm]
  if (!isWhole || !(signature instanceof Uint8Array) || !isSignedBy(key, signed, signature)) {
    throw new CeremonyFault('attestation_invalid')
  }
}

function factsOf({ signCount, isUserVerified, isBackupEligible, isBackedUp }: AuthenticatorData) {
  return { signCount, isUserVerified, isBackupEligible, isBackedUp }
}

function uuid(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('hex')
    .replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5')
}
