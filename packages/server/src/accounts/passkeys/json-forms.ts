import * as v from 'valibot'
import type { Authentication } from './ceremony/authentication.ts'
import type { Registration } from './ceremony/registration.ts'

// Ceremonies as browsers write them in JSON (WebAuthn section 5.1): bytes in base64url. A browser may say more than we read.

/** @param most bytes */
const bytes = (most: number) =>
  v.pipe(v.string(), v.maxLength(Math.ceil((most * 4) / 3)), v.regex(/^[\w-]+$/))

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

/** `AuthenticationResponseJSON`. */
export const authenticationJson = v.object({
  id: bytes(1023),
  type: v.literal('public-key'),
  response: v.object({
    clientDataJSON: bytes(4096),
    authenticatorData: bytes(2048),
    signature: bytes(1024),
    userHandle: v.nullish(bytes(64)),
  }),
})

export function readAuthentication({
  id,
  response,
}: v.InferOutput<typeof authenticationJson>): Authentication {
  const { userHandle } = response
  return {
    credentialId: fromBase64url(id),
    clientDataJson: fromBase64url(response.clientDataJSON),
    authenticatorData: fromBase64url(response.authenticatorData),
    signature: fromBase64url(response.signature),
    userHandle: userHandle ? fromBase64url(userHandle) : undefined,
  }
}

/** `PublicKeyCredentialDescriptorJSON`. */
const descriptor = v.strictObject({
  type: v.literal('public-key'),
  id: v.string(),
  transports: v.array(v.string()),
})

const verification = v.picklist(['required', 'preferred'])

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

/** `PublicKeyCredentialRequestOptionsJSON`. */
export const requestOptions = v.strictObject({
  challenge: v.string(),
  timeout: v.number(),
  rpId: v.string(),
  allowCredentials: v.array(descriptor),
  userVerification: verification,
})
export type RequestOptions = v.InferOutput<typeof requestOptions>

/** What a browser is told of passkeys that there are. */
export function descriptorsOf(
  passkeys: readonly { readonly credential_id: string; readonly transports: string }[],
): v.InferOutput<typeof descriptor>[] {
  return passkeys.map((passkey) => ({
    type: 'public-key',
    id: passkey.credential_id,
    transports: passkey.transports.split(' ').filter(Boolean),
  }))
}

function fromBase64url(text: string): Uint8Array {
  return Buffer.from(text, 'base64url')
}
