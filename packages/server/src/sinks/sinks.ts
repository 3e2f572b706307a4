import { findPlaced } from '../activity/archive/reading.ts'
import { passOver } from '../activity/consumers/leased.ts'
import { deleteConsumer, findLeased } from '../activity/consumers/store.ts'
import type { Sequencer } from '../activity/proof/sequencer.ts'
import { bareHost } from '../addresses/host.ts'
import type { Network } from '../addresses/networks.ts'
import type { Ground } from '../ground.ts'
import { serve } from '../http/route.ts'
import type { Outbound } from '../outbound/outbound.ts'
import type { Part } from '../part.ts'
import { newIdentifier } from '../secrets/identifiers.ts'
import { carrierOf } from './carrier.ts'
import type { SinkSetting } from './ground.ts'
import { listSinks } from './routes.ts'
import { consumerName, createSink } from './sink.ts'
import { deleteSinksUnseen, findSinks, type SinkState } from './store.ts'

/** Where the log is sent: to other programs, in order, at least once, by one process at a time for each. */
export interface Sinks extends Part {
  /** Every sink of any process on the database. */
  states(): Promise<readonly SinkState[]>
  /**
   * The place of the oldest event that a sink of this server still needs: retention keeps it and what follows. Undefined
   * without sinks.
   */
  lowestCursor(): Promise<number | undefined>
}

interface Given {
  readonly settings: readonly SinkSetting[]
  readonly tokens: readonly { readonly sink: string; readonly token: string }[]
  readonly issuer: string
  readonly networks: readonly Network[]
  readonly outbound: Outbound
  readonly sequencer: Sequencer
}

const everyMs = 1_000
const sweepMs = 3_600_000
/** A sink that nobody has had in their settings for so long is forgotten, with its place. */
const forgottenMs = 7 * 24 * 3_600_000

export function createSinks(ground: Ground, given: Given): Sinks {
  const { db, world } = ground
  const { settings, tokens, networks, outbound, sequencer } = given
  const holder = newIdentifier('prc', world)
  const { hostname } = new URL(given.issuer)
  const own = settings.map((setting) => {
    const token = tokens.find(({ sink }) => sink === setting.name)?.token
    const deliver = carrierOf({
      setting,
      hostname: bareHost(hostname),
      token,
      networks,
      outbound,
    })
    return createSink(ground, sequencer, { setting, holder, deliver })
  })

  async function states(): Promise<readonly SinkState[]> {
    const size = await sequencer.size()
    const rows = await findSinks(db)
    return Promise.all(
      rows.map(async (row) => {
        const place = (await findLeased(db, consumerName(row.name)))?.seq ?? size
        const [oldest] = place < size ? await findPlaced(db, place, 1, passOver) : []
        return { ...row, lagEvents: Math.max(0, size - place), lagSince: oldest?.at ?? null }
      }),
    )
  }

  async function sweep(): Promise<void> {
    await db.transaction(async (tx) => {
      const gone = await deleteSinksUnseen(tx, world.now() - forgottenMs)
      for (const name of gone) await deleteConsumer(tx, consumerName(name))
    })
  }

  return {
    states,
    async lowestCursor() {
      const places = await Promise.all(own.map(({ consumer }) => consumer.place()))
      return places.length === 0 ? undefined : Math.min(...places)
    },
    routes: serve({ ...ground, sinks: { states } }, [listSinks]),
    jobs: [
      // One for each, so that one that waits for its receiver holds up no other.
      ...own.map(({ setting, run }) => ({ name: `sinks.${setting.name}`, everyMs, run })),
      { name: 'sinks.sweep', everyMs: sweepMs, run: sweep },
    ],
  }
}
