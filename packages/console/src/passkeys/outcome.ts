/** What became of a request. */
export type Outcome<Given> =
  | { readonly kind: 'given'; readonly value: Given }
  /** The person chose none, time ran out, or another request took the place of this one. It is no failure. */
  | { readonly kind: 'none' }
  /** The authenticator holds a passkey of this account already. */
  | { readonly kind: 'held' }
  /** The passkeys of the server are not for pages of this address. */
  | { readonly kind: 'foreign' }

export const nothing = { kind: 'none' } as const

/** What a browser gives or throws (WebAuthn 5.1.3 and 5.1.4), as an outcome. Other errors are faults, and thrown. */
export async function outcomeOf<Given>(
  request: () => Promise<Credential | null> | undefined,
  read: (credential: PublicKeyCredential) => Given,
): Promise<Outcome<Given>> {
  try {
    const credential = await request()
    // Of a request with `publicKey`.
    return credential ? { kind: 'given', value: read(credential as PublicKeyCredential) } : nothing
  } catch (error) {
    const kind = outcomes.get(error instanceof Error ? error.name : '')
    if (kind === undefined) throw error
    return { kind }
  }
}

const outcomes = new Map<string, 'none' | 'held' | 'foreign'>([
  ['AbortError', 'none'],
  ['NotAllowedError', 'none'],
  ['InvalidStateError', 'held'],
  ['SecurityError', 'foreign'],
])
