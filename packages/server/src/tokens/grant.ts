import type { DeviceDetail } from '../authorization-details.ts'
import type { Kind } from '../identity.ts'
import type { StatusClaim } from './status-lists/status-claim.ts'

/** What an access token says beyond what every one says. */
export interface Grant {
  readonly subject: string
  readonly kind: Kind
  /** As people know the subject: a user name, the name of a service, the uid of a device. For profiles that ask for it. */
  readonly username?: string | undefined
  readonly clientId: string
  readonly scopes: readonly string[]
  readonly sessionId?: string | undefined
  readonly userType?: string | undefined
  /** The versions of the permissions in `scopes`, for their revocation. */
  readonly permissionsVersion?: string | undefined
  /** When one of them ends, if that is before the token would: it ends with it. */
  readonly endsAtMs?: number | undefined
  /** The id of the token, where something else is called so as well; a new one if not given. */
  readonly tokenId?: string | undefined
  /** When it ends, if that is later than tokens with this audience do otherwise: the end of an API key. */
  readonly livesUntilMs?: number | undefined
  /** When and how the person proved who they are (OpenID Connect Core section 2). */
  readonly authTimeMs?: number | undefined
  readonly amr?: readonly string[] | undefined
  /** How strong that was, as `acr` says it. */
  readonly acr?: string | undefined
  /** Who acts as the subject, with what ends their own tokens: it ends this one, too. */
  readonly actor?: ActorClaims | undefined
  /** Which devices it is for, and what with them; undefined where the scopes alone say it. */
  readonly details?: readonly DeviceDetail[] | undefined
  /** The thumbprint (RFC 7638) of the key without which the token is worth nothing; a bearer token if not given. */
  readonly boundTo?: string | undefined
}

/** Whose a token is. */
export interface TokenOwner {
  readonly subject: string
  readonly kind: Kind
}

/** The claim `act` (RFC 8693 section 4.1). */
export interface ActorClaims {
  /** A user, or the client that acts for one. */
  readonly sub: string
  readonly sid?: string
  readonly user_type?: string
  readonly pv?: string
  /** Who acted before it, in a token that was exchanged. */
  readonly act?: ActorClaims
}

/** A grant with what the issuer adds to it. Times are whole seconds since the epoch. */
export interface TokenFacts extends Grant {
  readonly issuer: string
  readonly audience: string
  readonly tokenId: string
  readonly issuedAt: number
  readonly expiresAt: number
  /** Where its status is looked up, for a service that asks for it. */
  readonly status?: StatusClaim | undefined
}
