import type { Approving } from './approvals/ground.ts'
import type { Commands } from './commands/commands.ts'
import type { DeviceGround, Live, People } from './ground.ts'

/** What the routes and topics of devices serve. */
export interface DevicesGround extends DeviceGround {
  readonly live: Live
  readonly people: People
  readonly commands: Commands
  readonly approving: Approving
  readonly issuer: string
}
