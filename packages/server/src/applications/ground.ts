import type { Reader, Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity.ts'
import type { Outbound } from '../outbound/outbound.ts'

/** Why everything ends that people and programs have by an application. */
export type EndReason = 'application_disabled' | 'application_removed' | 'application_narrowed'

export interface ApplicationsGround extends Ground {
  readonly issuer: string
  /** Whether there is a service of this id. */
  readonly findService: (id: string) => Promise<object | undefined>
  /** @throws {Refusal} `service_not_found`, `permission_missing` */
  readonly holdService: (tx: Transaction, actor: Actor, id: string) => Promise<void>
  readonly outbound: Pick<Outbound, 'allows'>
  /** Plain http on this machine is taken of web pages too. */
  readonly isDevelopment: boolean
  /** The scopes that enabled services know. */
  readonly scopesOfServices: (reader: Reader) => Promise<ReadonlySet<string>>
  /** End what people and programs have by an application: consents, refresh families, tokens. In the transaction of what ends it. */
  readonly endGrants: (tx: Transaction, actor: Actor, application: string, reason: EndReason) => Promise<void>
}
