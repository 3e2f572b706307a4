import * as v from 'valibot'
import { wholeText } from '../whole-text.ts'

// What browsers write and read in JSON when a passkey is used (WebAuthn section 5.1): bytes in base64url. A browser may say more than
// is read.

/** What a browser sends when a passkey was used. */
export interface Authentication {
  readonly credentialId: Uint8Array
  readonly clientDataJson: Uint8Array
  readonly authenticatorData: Uint8Array
  readonly signature: Uint8Array
  readonly userHandle: Uint8Array | undefined
}

/** @param most bytes */
export const bytes = (most: number) =>
  v.pipe(v.string(), v.maxLength(Math.ceil((most * 4) / 3)), v.regex(wholeText(/[\w-]+/)))

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
export const descriptor = v.strictObject({
  type: v.literal('public-key'),
  id: v.string(),
  transports: v.array(v.string()),
})

export const verification = v.picklist(['required', 'preferred'])

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

export function fromBase64url(text: string): Uint8Array {
  return Buffer.from(text, 'base64url')
}
