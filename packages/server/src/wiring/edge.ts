import { recordAccessRefusal } from '../activity/access.ts'
import { createAddressPlaces } from '../addresses/limits.ts'
import { createEdge } from '../http/edge.ts'
import type { Route } from '../http/route.ts'
import { createStreams } from '../http/streams.ts'
import { createMetrics } from '../metrics/metrics.ts'
import type { Operations } from '../operations/operations.ts'
import { createPages } from '../pages/pages.ts'
import { problemPage } from '../pages/problem-page.ts'
import { createJobs, type Jobs, type Part } from '../part.ts'
import type { Callers } from './callers.ts'
import type { WiredDevices } from './devices.ts'
import type { Foundation, Given } from './foundation.ts'
import type { WiredLog } from './log.ts'

interface Wired {
  readonly foundation: Foundation
  readonly callers: Callers
  readonly devices: WiredDevices
  readonly log: WiredLog
  readonly operations: Operations
  /** All that have routes or jobs. */
  readonly parts: readonly Part[]
  readonly buildConsole: Given['buildConsole']
  readonly stopping: AbortSignal
}

/** The HTTP edge over the routes of all parts, with what it counts, and the jobs. */
export function createWiredEdge({ foundation, callers, devices, operations, stopping, ...wired }: Wired) {
  const { config, ground, tracing } = foundation
  const { world, activity, log } = ground
  const { issuer } = config
  const places = createAddressPlaces(config, (reason, address) =>
    activity
      .recordRefusal({ client: { address } }, 'access.refuse', undefined, { reason })
      .catch((error: unknown) => log.error('record_failed', error)),
  )
  const streams = createStreams({ world, isRevoked: devices.isRevoked, places: places.streams })
  const metrics = createWiredMetrics(
    { foundation, callers, devices, ...wired },
    { routes: () => routes, jobs: () => jobs, streams },
  )
  const pages = createPages({
    ...{ routes: () => routes, issuer, buildConsole: wired.buildConsole },
    debugger: { access: config.debugger, isSignedIn: callers.accounts.isSignedIn },
  })
  const endStreams = { name: 'streams.end', everyMs: 1_000, run: async () => streams.endDue() }
  const parts = [...wired.parts, metrics, pages, { routes: [], jobs: [endStreams] }]
  const routes: readonly Route[] = parts.flatMap((part) => part.routes)
  const jobs: Jobs = createJobs(
    parts.flatMap((part) => part.jobs),
    ground,
    tracing?.job,
  )
  const edge = createEdge(routes, {
    ...{ world, log, stopping, streams, answered: metrics.answered },
    authenticate: devices.authenticateCaller,
    async refused(refusal, caller, asked) {
      metrics.refused(refusal.code)
      await recordAccessRefusal(activity, refusal, caller, asked)
    },
    ...(tracing && { traced: tracing.request }),
    storageFailed: operations.storageFailed,
    problemPage,
    corsOrigins: new Set(config.corsOrigins),
    trustedProxies: config.trustedProxies,
    secure: issuer.startsWith('https:'),
  })
  return { edge, routes, jobs, streams, places, metrics }
}

interface Counted {
  routes(): readonly Route[]
  jobs(): Jobs
  readonly streams: { readonly size: number }
}

function createWiredMetrics(
  { foundation, callers, devices, log }: Pick<Wired, 'foundation' | 'callers' | 'devices' | 'log'>,
  { routes, jobs, streams }: Counted,
) {
  const { config, ground, passwords, mail } = foundation
  const { connections } = devices
  const { proof, sinks } = log
  return createMetrics(
    ground,
    {
      networks: config.metricsNetworks,
      tokenFile: config.metricsTokenFile,
      // Where the issuer is https, something in front of this server ends TLS.
      isAddressKnown: config.issuer.startsWith('http:') || config.trustedProxies.length > 0,
    },
    () => ({
      routeIds: routes().map(({ id }) => id),
      ...{ jobs: jobs().states, sinks: sinks.states, tokens: callers.tokens.counts },
      ...{ hashesWaiting: passwords.waiting, published: connections.published },
      connections: () => connections.broker.connections(),
      streams: () => streams.size,
      letters: mail.count,
      ...{ logSize: proof.ground.sequencer.size, unplaced: proof.unplaced, checkpointAt: proof.checkpointAt },
    }),
  )
}
