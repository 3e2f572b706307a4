import * as v from 'valibot'
import { bytes, descriptor, fromBase64url, verification } from '../../http/passkey-json.ts'
import type { Registration } from './ceremony/registration.ts'

// Ceremonies as browsers write them in JSON (WebAuthn section 5.1): bytes in base64url. A browser may say more than we read.

/** How browsers reach an authenticator (WebAuthn section 5.8.4). Words that are not known yet are left out. */
const transports = ['ble', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']

/** `RegistrationResponseJSON`. */
export const registrationJson = v.object({
  id: bytes(1023),
  type: v.literal('public-key'),
  response: v.object({
    clientDataJSON: bytes(4096),
    attestationObject: bytes(8192),
    transports: v.optional(v.pipe(v.array(v.string()), v.maxLength(20)), []),
  }),
})

/** A registration as it was sent, with its bytes. */
export interface SentRegistration extends Registration {
  readonly transports: string
}

export function readRegistration({ response }: v.InferOutput<typeof registrationJson>): SentRegistration {
  return {
    clientDataJson: fromBase64url(response.clientDataJSON),
    attestationObject: fromBase64url(response.attestationObject),
    transports: transports.filter((known) => response.transports.includes(known)).join(' '),
  }
}

/** `PublicKeyCredentialCreationOptionsJSON`. */
export const creationOptions = v.strictObject({
  rp: v.strictObject({ id: v.string(), name: v.string() }),
  user: v.strictObject({ id: v.string(), name: v.string(), displayName: v.string() }),
  challenge: v.string(),
  pubKeyCredParams: v.array(v.strictObject({ type: v.literal('public-key'), alg: v.number() })),
  timeout: v.number(),
  excludeCredentials: v.array(descriptor),
  authenticatorSelection: v.strictObject({
    residentKey: v.literal('required'),
    requireResidentKey: v.literal(true),
    userVerification: verification,
  }),
  attestation: v.literal('none'),
})
export type CreationOptions = v.InferOutput<typeof creationOptions>
