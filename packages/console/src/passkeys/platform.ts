import { whenShown } from '../when-shown.ts'
import type { CredentialType } from './json.ts'

/** What of the browser is used for passkeys. */
export interface PasskeyPlatform {
  readonly isSecureContext: boolean
  readonly hostname: string
  readonly credentials: Pick<CredentialsContainer, 'create' | 'get'> | undefined
  readonly type: CredentialType | undefined
  readonly locks: Pick<LockManager, 'request'> | undefined
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Resolves after so many milliseconds, and then not before the page is visible. Rejects if the signal aborts before. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

/**
 * Why a page cannot use passkeys at all: it is no secure context, its host is a number where passkeys belong to a name, or the
 * browser has none.
 */
export type Obstacle = 'insecure' | 'numeric' | 'unsupported'

export function obstacleOf(platform: PasskeyPlatform): Obstacle | undefined {
  if (!platform.isSecureContext) return 'insecure'
  if (platform.credentials === undefined || platform.type === undefined) return 'unsupported'
  // Four numbers, or brackets: the host has to be a domain (WebAuthn 5.1.3 and 5.1.4).
  return /^\[|^[\d.]+$/.test(platform.hostname) ? 'numeric' : undefined
}

export function browserPlatform(): PasskeyPlatform {
  // A browser without passkeys, and one outside of a secure context, have neither.
  const { PublicKeyCredential: type }: { PublicKeyCredential?: CredentialType } = globalThis
  const { credentials, locks }: Partial<Navigator> = navigator
  return {
    isSecureContext,
    hostname: location.hostname,
    credentials,
    type,
    locks,
    now: Date.now,
    wait: whenShown,
  }
}
