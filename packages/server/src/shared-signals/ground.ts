import type { Reader } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import type { Outbound } from '../outbound/outbound.ts'
import type { MasterKey } from '../secrets/master-key.ts'
import type { Outbox } from '../webhooks/outbox.ts'

export interface SignalsGround extends Ground {
  readonly issuer: string
  readonly ring: KeyRing
  readonly masterKey: MasterKey
  readonly outbound: Pick<Outbound, 'allows'>
  readonly outbox: Outbox
  /** The applications that have to do with a person. */
  readonly letInBy: (reader: Reader, userId: string) => Promise<readonly string[]>
}
