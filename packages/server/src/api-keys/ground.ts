import type { RegionOf } from '../activity/regions.ts'
import type { Reader, Transaction } from '../database/database.ts'
import type { Actor, Caller } from '../identity.ts'
import type { TokensGround } from '../tokens/ground.ts'
import type { FindTarget } from '../tokens/target.ts'

/** The owner of API keys, as far as their keys depend on it. */
export interface KeyOwner {
  readonly username: string
  readonly userType: string
  readonly isEnabled: boolean
  /** What they may do now, and until when; null for no end. */
  readonly holds: ReadonlyMap<string, number | null>
}

/** What accounts say of the owners of keys. */
export interface KeyOwners {
  find(reader: Reader, id: string): Promise<KeyOwner | undefined>
  /** The same, with account and type held until the transaction ends: what takes a right away comes before or after. */
  hold(tx: Transaction, id: string): Promise<KeyOwner | undefined>
  /** @throws {Refusal} `insufficient_user_authentication`, `kind_not_allowed`, also where the session has ended meanwhile */
  holdFreshSignIn(tx: Transaction, caller: Caller, now: number): Promise<void>
  /** @throws {Refusal} `kind_not_allowed` */
  requireInteractive(tx: Transaction, caller: Caller): Promise<void>
  /** @throws {Refusal} `user_not_found`, `permission_missing` */
  requireOver(tx: Transaction, actor: Actor, id: string): Promise<void>
}

/** Whom the scopes of a service are asked for. */
interface ServiceAsker {
  readonly userType: string
  readonly holds: readonly string[]
}

/** What services say of those that keys are for. */
export interface KeyServices {
  readonly findTarget: FindTarget
  /** Hold a service until the transaction ends: what takes a scope away comes before or after. */
  hold(tx: Transaction, service: string): Promise<void>
  /** What somebody has at a service; undefined if it is disabled, or its tokens are for another audience. */
  scopesAt(
    reader: Reader,
    service: { readonly id: string; readonly audience: string },
    asker: ServiceAsker,
  ): Promise<readonly string[] | undefined>
}

/** What other parts decide, which are built later. */
export interface Governing {
  readonly owners: KeyOwners
  readonly services: KeyServices
}

export interface ApiKeysGround extends TokensGround {
  readonly regionOf: RegionOf
  /** @throws {Error} before the part is governed */
  governed(): Governing
}
