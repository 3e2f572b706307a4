import type { Ground } from '../../ground.ts'
import type { Consumer } from '../consumers/consumer.ts'
import type { NamesOf } from '../sign-ins.ts'
import type { Online } from './online.ts'

/** What the statistics stand on. */
export interface StatisticsGround extends Ground {
  readonly consumer: Pick<Consumer, 'run' | 'behind'>
  readonly online: Pick<Online, 'now' | 'tell'>
  readonly namesOf: NamesOf
  /** Before this time no addresses are kept, in milliseconds since the epoch. */
  readonly addressesFrom: () => number
}
