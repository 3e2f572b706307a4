import type { Transaction } from '../database/database.ts'
import type { Actor } from '../identity.ts'
import type { Fetches } from '../keys/fetches/fetches.ts'
import type { MasterKey } from '../secrets/master-key.ts'
import type { TokensGround } from '../tokens/ground.ts'

/** What the part of API keys is told of services, in the transaction of a change and behind it. */
export interface ServicesKeys {
  /** Somebody has other scopes at the service: keys end that say what is not true any more. */
  look(tx: Transaction, actor: Actor, concerned: { readonly service: string }): Promise<void>
  endAll(
    tx: Transaction,
    actor: Actor,
    concerned: { readonly service: string },
    reason: string,
  ): Promise<void>
  /** A key that signs is gone: what it has signed ends. How many keys those were. */
  endSignedBy(tx: Transaction, actor: Actor, kid: string): Promise<number>
  /** It will be gone. With how many keys. */
  noteSignerEnd(tx: Transaction, kid: string, at: number): Promise<number>
}

export interface ServicesGround extends TokensGround {
  /** Seals the keys that services share with this server. */
  readonly masterKey: MasterKey
  readonly apiKeys: ServicesKeys
}

/** What the routes have beside that. */
export interface ServedServices extends ServicesGround {
  /** Who fetches the key sets; those of services by their ids. */
  readonly fetches: Fetches
}
