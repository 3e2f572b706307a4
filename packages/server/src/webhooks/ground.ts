import type { Ground } from '../ground.ts'
import type { Outbound } from '../outbound/outbound.ts'
import type { MasterKey } from '../secrets/master-key.ts'

export interface WebhooksGround extends Ground {
  readonly masterKey: MasterKey
  readonly outbound: Pick<Outbound, 'allows' | 'post'>
}
