import type { VerificationKey } from 'latchkey/token'
import type { EventReason } from '../activity/schema/reasons.ts'
import type { Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import type { Permission } from '../permissions.ts'
import type { ReadToken } from './authenticate.ts'
import type { TokenOwner } from './grant.ts'
import type { IssueToken } from './issue.ts'
import type { Proofs } from './proofs.ts'
import type { Revocations } from './revocations.ts'
import type { StatusLists, StatusSigner } from './status-lists/status-lists.ts'

/** Tokens as the parts above make, read and end them. */
/** What this process has done since it started. */
export interface TokenCounts {
  readonly issued: number
  readonly verified: number
  readonly refused: number
}

/** A session by which an application acted for a person, and that has ended. */
export interface EndedSession {
  readonly id: string
  readonly userId: string
  readonly application: string
  readonly endedAtMs: number
  readonly reason: EventReason
}

/** Have those told of it who are to know, in the transaction in which it ends. */
export type NoteEndedSession = (tx: Transaction, ended: EndedSession) => Promise<void>

export interface TokensGround extends Ground {
  readonly noteEndedSession: NoteEndedSession
  readonly ring: KeyRing
  readonly issue: IssueToken
  readonly readToken: ReadToken
  readonly counts: TokenCounts
  readonly proofs: Proofs
  readonly revocations: Revocations
  readonly statusLists: StatusLists
  readonly issuer: string
  /** `aud` of the tokens for this server. */
  readonly audience: string
  /** How long a token lives that has no other life. */
  readonly lifeSeconds: number
}

/** The keys of a set, for a feed that tells guards when they are others. */
export interface FeedKeys {
  ids(): Promise<readonly string[]>
  /** Be told when they may be others. Returns the way to stop. */
  follow(listener: () => void): () => void
}

/** What the routes of tokens have of other parts. */
export interface TokenHands {
  readonly noteEndedSession: NoteEndedSession
  /** What somebody holds or may hold again: whoever acts on their tokens needs all of it. */
  readonly reachOf: (owner: TokenOwner) => Promise<readonly Permission[]>
  /** End an API key, so that its owner sees it ended. Undefined if there is none of this id that is not over. */
  readonly endApiKey: (
    tx: Transaction,
    actor: Actor,
    id: string,
  ) => Promise<{ readonly endsAtMs: number } | undefined>
  /** Whose an API key is. */
  readonly ownerOfApiKey: (id: string) => Promise<TokenOwner | undefined>
  /** The key of this id of any service: one of its own, or one that it shares with this server. */
  readonly findKeyOfService: (kid: string) => Promise<VerificationKey | undefined>
  /**
   * The own keys of a service, by its id or name, as its feed tells them.
   * @throws {Refusal} `service_not_found`
   */
  readonly feedKeysOf: (service: string) => Promise<FeedKeys>
  /** What signs the status lists of a service; undefined for one that has no key. */
  readonly statusSignerOf: (service: string) => Promise<StatusSigner | undefined>
}

export interface ServedTokens extends TokensGround, TokenHands {}
