import type { ClientInfo } from '../client-info.ts'
import type { Transaction } from '../database/database.ts'
import type { Actor } from '../identity.ts'
import type { Outbound } from '../outbound/outbound.ts'
import type { GateGround } from '../sessions/gate.ts'
import type { Proofs } from '../tokens/proofs.ts'
import type { FindTarget } from '../tokens/target.ts'
import type { KeySets } from './key-sets.ts'
import type { OpenAppKey } from './open-key.ts'

/** What accounts do for the people of apps. */
export interface AppPeople {
  /**
   * Make a person whom an app has signed in for the first time.
   * @throws {Refusal} `user_type_privileged` for a type that permits more than strangers may have
   */
  make(
    tx: Transaction,
    person: { readonly id: string; readonly userType: string; readonly app: string },
    client: ClientInfo,
  ): Promise<void>
  /** @throws {Refusal} `user_type_unknown`, `user_type_privileged` */
  requireOpenType(tx: Transaction, userType: string): Promise<void>
  /** Whether these permissions are no more than strangers may have. */
  isHarmless(permissions: readonly string[]): boolean
  /** @throws {Refusal} `user_not_found`, `permission_missing` */
  requireOver(tx: Transaction, actor: Actor, userId: string): Promise<void>
}

export interface AppsGround extends GateGround {
  readonly proofs: Proofs
  readonly findTarget: FindTarget
  readonly issuer: string
  readonly people: AppPeople
  readonly outbound: Outbound
  readonly keySets: KeySets
  readonly openKey: OpenAppKey
  /** Admit one request of a network for a nonce, of which each is a row. @throws {Refusal} `too_many_requests` */
  readonly admit: (tx: Transaction, client: ClientInfo, event: 'user.sign_in') => Promise<void>
}
