import type { MasterKey } from '../secrets/master-key.ts'
import type { TokensGround } from '../tokens/ground.ts'

export interface ServicesGround extends TokensGround {
  /** Seals the keys that services share with this server. */
  readonly masterKey: MasterKey
}
