/**
 * The JSON forms of WebAuthn level 3 (5.1.8 to 5.1.10). Browsers read and write them; what is here is for those that do not do it
 * yet, and knows the members that the server sends and takes.
 */

interface Descriptor {
  readonly id: string
  readonly type: string
  readonly transports?: readonly string[]
}

/** The members that are looked at here; there may be more. */
export interface CreationOptions {
  readonly challenge: string
  readonly user: { readonly id: string; readonly name: string; readonly displayName: string }
  readonly excludeCredentials?: readonly Descriptor[]
}

/** The members that are looked at here; there may be more. */
export interface RequestOptions {
  readonly challenge: string
  readonly timeout?: number
  readonly rpId?: string
  readonly allowCredentials?: readonly Descriptor[]
}

/** What the static methods of `PublicKeyCredential` do, where the browser has them. */
export type CredentialType = Partial<typeof PublicKeyCredential>

export function creationOptionsOf(
  given: CreationOptions,
  type: CredentialType,
): PublicKeyCredentialCreationOptions {
  // Each other member is the same in both forms, and the server's to get right.
  const rest = given as object as PublicKeyCredentialCreationOptions & PublicKeyCredentialCreationOptionsJSON
  if (type.parseCreationOptionsFromJSON) return type.parseCreationOptionsFromJSON(rest)
  const { user, challenge, excludeCredentials = [] } = given
  return {
    ...rest,
    challenge: bytesOf(challenge),
    user: { ...user, id: bytesOf(user.id) },
    excludeCredentials: excludeCredentials.map(descriptorOf),
  }
}

export function requestOptionsOf(
  given: RequestOptions,
  type: CredentialType,
): PublicKeyCredentialRequestOptions {
  const rest = given as object as PublicKeyCredentialRequestOptions & PublicKeyCredentialRequestOptionsJSON
  if (type.parseRequestOptionsFromJSON) return type.parseRequestOptionsFromJSON(rest)
  const { challenge, allowCredentials = [] } = given
  return {
    ...rest,
    challenge: bytesOf(challenge),
    allowCredentials: allowCredentials.map(descriptorOf),
  }
}

export interface Registration {
  readonly id: string
  readonly rawId: string
  readonly type: 'public-key'
  readonly authenticatorAttachment?: string
  readonly clientExtensionResults: object
  readonly response: {
    readonly clientDataJSON: string
    readonly attestationObject: string
    readonly transports?: readonly string[]
  }
}

export interface Assertion {
  readonly id: string
  readonly rawId: string
  readonly type: 'public-key'
  readonly authenticatorAttachment?: string
  readonly clientExtensionResults: object
  readonly response: {
    readonly clientDataJSON: string
    readonly authenticatorData: string
    readonly signature: string
    readonly userHandle?: string
  }
}

export function registrationOf(credential: PublicKeyCredential): Registration {
  const json = jsonOf(credential)
  if (json !== undefined) return json as Registration // the browser's own form of what `create` gave
  const response = credential.response as AuthenticatorAttestationResponse // of `create`
  return {
    ...headOf(credential),
    response: {
      clientDataJSON: textOf(response.clientDataJSON),
      attestationObject: textOf(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  }
}

export function assertionOf(credential: PublicKeyCredential): Assertion {
  const json = jsonOf(credential)
  if (json !== undefined) return json as Assertion // the browser's own form of what `get` gave
  const response = credential.response as AuthenticatorAssertionResponse // of `get`
  return {
    ...headOf(credential),
    response: {
      clientDataJSON: textOf(response.clientDataJSON),
      authenticatorData: textOf(response.authenticatorData),
      signature: textOf(response.signature),
      ...(response.userHandle && { userHandle: textOf(response.userHandle) }),
    },
  }
}

function jsonOf(credential: Partial<PublicKeyCredential>): unknown {
  return credential.toJSON?.()
}

function headOf(credential: PublicKeyCredential) {
  const { id, rawId, authenticatorAttachment: attachment } = credential
  return {
    ...{ id, type: 'public-key' as const, rawId: textOf(rawId) },
    ...(attachment && { authenticatorAttachment: attachment }),
    clientExtensionResults: credential.getClientExtensionResults(),
  }
}

function descriptorOf({ id, transports = [] }: Descriptor): PublicKeyCredentialDescriptor {
  return { type: 'public-key', id: bytesOf(id), transports: transports as AuthenticatorTransport[] }
}

/** Base64url without padding (RFC 4648 section 5), which `atob` does not read as it is. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const characters = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(characters, (character) => character.charCodeAt(0))
}

function textOf(buffer: ArrayBuffer): string {
  const characters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join('')
  return btoa(characters).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
