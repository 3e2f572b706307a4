import type { Jwk } from 'latchkey/token'
import type { ProfileName } from '../../tokens/profiles/profile.ts'

/** A public key of a service, as the files of other programs hold it. */
export interface VerifyingKey {
  readonly kid: string
  readonly algorithm: string
  readonly jwk: Jwk
  /** SPKI, as PEM. */
  readonly pem: string
}

/** What a configuration is filled in with. */
export interface Facts {
  readonly issuer: string
  readonly audience: string
  /** Where the public keys stand; of no use to a program that shares a key. */
  readonly keySetUrl: string
  readonly algorithm: string
  /** The keys that sign or will sign next, the one that signs now first. */
  readonly keys: readonly VerifyingKey[]
  /** The key that is shared, for whoever may see it; else where it would stand. */
  readonly sharedKey: string
  /** Signs as the tokens of the service are signed, for a program whose configuration is signed as well. */
  sign(claims: Readonly<Record<string, unknown>>): string
  /** The directory of the program's configuration. */
  readonly directory: string
  /** The certificates that the program trusts. */
  readonly certificates: string
}

export interface ConfigurationFile {
  readonly path: string
  readonly text: string
}

/** What no program should take, and some do. */
export const badTokens = [
  'expired',
  'without exp',
  'not yet valid',
  'of another issuer',
  'for another audience',
  'tampered with',
  'signed by another key',
  'unsigned',
] as const
export type BadToken = (typeof badTokens)[number]

/** A program of somebody else that verifies our tokens by itself. */
export interface OtherProgram {
  readonly profile: ProfileName
  readonly title: string
  /** Debian's package, and the version that the configuration was run with. */
  readonly package: string
  readonly version: string
  /** What it is and where the token goes, in a sentence or two. */
  readonly about: string
  /** Where Debian has its configuration. */
  readonly directory: string
  /** How its tokens are got: what the service is registered with. */
  readonly register: string
  files(facts: Facts): readonly ConfigurationFile[]
  /** The bad tokens that it takes, as it was seen to do; it refuses all others. */
  readonly takes: readonly BadToken[]
  /** What else one should know. */
  readonly notes: readonly string[]
}

export function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`
}
