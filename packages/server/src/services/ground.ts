import type { Fetches } from '../keys/fetches/fetches.ts'
import type { MasterKey } from '../secrets/master-key.ts'
import type { TokensGround } from '../tokens/ground.ts'

export interface ServicesGround extends TokensGround {
  /** Seals the keys that services share with this server. */
  readonly masterKey: MasterKey
}

/** What the routes have beside that. */
export interface ServedServices extends ServicesGround {
  /** Who fetches the key sets; those of services by their ids. */
  readonly fetches: Fetches
}
