import type { Reader } from '../database/database.ts'
import type { Claims, TokenProfile } from './profiles/profile.ts'

/** Who asks for a token: which of the scopes of a service they have. */
export type Asker =
  | {
      readonly kind: 'user'
      readonly userType: string
      /** What they are permitted here. */
      readonly holds: readonly string[]
    }
  | { readonly kind: 'service'; readonly id: string; readonly holds: readonly string[] }
  | { readonly kind: 'device' }

/** An audience: what tokens are made for. A service, or this server itself. */
export interface TokenTarget {
  /** `svc_…`; undefined for this server. */
  readonly service: string | undefined
  readonly audience: string
  /** The version of the scopes of the service, which its tokens say in `pv`. */
  readonly scopesVersion?: string
  readonly issuer: string
  readonly profile: TokenProfile
  readonly lifeSeconds: number
  /** The name of the key that signs. */
  readonly keyId: string
  sign(claims: Claims): string
}

/** A service that somebody asks a token for, with what it gives to whom. */
export interface ServiceTarget extends TokenTarget {
  readonly service: string
  /**
   * What the asker gets: what they hold and the service knows.
   * @throws {Refusal} `scope_invalid` if that is nothing, and the service knows scopes
   */
  scopesOf(reader: Reader, asker: Asker): Promise<readonly string[]>
}

/**
 * The service with this audience (RFC 8707 `resource`); undefined for none, and for this server itself.
 * @throws {Refusal} `resource_unknown`
 */
export type FindTarget = (audience: string | undefined) => Promise<ServiceTarget | undefined>
