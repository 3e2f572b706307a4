import type { ShownEvent } from '../activity/schema/shown.ts'
import type { Network } from '../addresses/networks.ts'
import type { SinkSetting } from '../config/sinks.ts'
import type { Ground } from '../ground.ts'
import type { Outbound } from '../outbound/outbound.ts'
import type { SinkState } from './store.ts'

export type { SinkSetting }

/** What carries events to one receiver. */
export interface SinkGround {
  readonly setting: SinkSetting
  /** The host of the issuer, by which a receiver knows this server. */
  readonly hostname: string
  readonly token: string | undefined
  /** Networks to which the log may go in the clear. */
  readonly networks: readonly Network[]
  readonly outbound: Pick<Outbound, 'post'>
}

/** Send these events. It throws {@link SinkFailure} if it is not certain that all of them have arrived. */
export type Deliver = (events: readonly ShownEvent[], signal: AbortSignal) => Promise<void>

export interface SinksGround extends Ground {
  readonly sinks: { states(): Promise<readonly SinkState[]> }
}
