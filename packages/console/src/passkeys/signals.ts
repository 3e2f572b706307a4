import type { CredentialType } from './json.ts'
import { createListLock } from './list-lock.ts'

/** What a browser is told of the passkeys of whoever is signed in (WebAuthn 5.1.10). */
export interface KnownPasskeys {
  readonly rp_id: string
  readonly user_handle: string
  readonly username: string
  readonly display_name: string
  readonly passkeys: readonly { readonly credential_id: string }[]
}

/** Signals to the browser, where it takes them, so that it stops to offer passkeys that are gone and shows the name of now. */
export interface PasskeySignals {
  /**
   * Load the passkeys of an account and what it is called, and tell it: those that are not listed are hidden or removed. Nothing is loaded
   * where the browser takes no signals, or while a passkey is being made.
   */
  known(load: () => Promise<KnownPasskeys>): Promise<void>
  /** The server knows no such passkey. It is removed for good, so nothing else may be a reason. */
  unknown(rpId: string, credentialId: string): Promise<void>
}

export function createPasskeySignals(
  type: CredentialType = (globalThis as { PublicKeyCredential?: CredentialType }).PublicKeyCredential ?? {},
  lock = createListLock((navigator as Partial<Navigator>).locks),
): PasskeySignals {
  return {
    async known(load) {
      if (!type.signalAllAcceptedCredentials) return
      await quietly(() =>
        lock.unlessMaking(async () => {
          const { rp_id: rpId, user_handle: userId, username, display_name, passkeys } = await load()
          const allAcceptedCredentialIds = passkeys.map(({ credential_id }) => credential_id)
          await type.signalAllAcceptedCredentials?.({ rpId, userId, allAcceptedCredentialIds })
          const details = { rpId, userId, name: username, displayName: display_name }
          await type.signalCurrentUserDetails?.(details)
        }),
      )
    },
    unknown: (rpId, credentialId) => quietly(() => type.signalUnknownCredential?.({ rpId, credentialId })),
  }
}

/** Nothing depends on a signal: a browser may refuse it, as it does on pages whose host is not of the rp id. */
async function quietly(send: () => Promise<void> | undefined): Promise<void> {
  try {
    await send()
  } catch {
    // Said above.
  }
}
