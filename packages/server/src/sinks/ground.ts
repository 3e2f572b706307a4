import type { ShownEvent } from '../activity/schema/shown.ts'
import type { Network } from '../addresses/networks.ts'
import type { Ground } from '../ground.ts'
import type { Outbound } from '../outbound/outbound.ts'
import type { SinkState } from './store.ts'

/** A sink as the operator has set it up. */
export interface SinkSetting {
  readonly name: string
  readonly kind: 'syslog' | 'json' | 'file' | 'https'
  readonly isEncrypted: boolean
  readonly address: string
  readonly host: string
  readonly port: number
  readonly path: string
  readonly url: string
  readonly format: 'latchkey' | 'ecs' | 'ocsf'
  readonly from: 'now' | 'start'
  readonly ca: string | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
  readonly tokenFile: string | undefined
  readonly longest: number
}

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
