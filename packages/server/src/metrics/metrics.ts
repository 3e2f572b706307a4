import { monitorEventLoopDelay } from 'node:perf_hooks'
import { vocabulary } from '../activity/schema/vocabulary.ts'
import type { Ground } from '../ground.ts'
import { serve } from '../http/route.ts'
import type { JobState, Part } from '../part.ts'
import type { RefusalCode } from '../refusal-codes.ts'
import { createWriter, type Format, type Sample, type Writer } from './exposition.ts'
import { bounds, createRequests } from './requests.ts'
import { type MetricsAccess, readMetrics } from './routes.ts'

/** What Prometheus reads of this process, and of what it sees of the database. */
export interface Metrics extends Part {
  /** A route has been answered; the route by its place among the routes. */
  answered(route: number, status: number, tookMs: number): void
  refused(code: RefusalCode): void
  start(): void
  stop(): void
}

/** A sink, as far as it is measured. */
interface MeasuredSink {
  readonly name: string
  readonly lagEvents: number
  readonly lagSince: number | null
  readonly stalled_at: number | null
}

/** What is asked of the other parts when somebody reads. */
export interface Measured {
  readonly routeIds: readonly string[]
  readonly jobs: () => readonly JobState[]
  readonly sinks: () => Promise<readonly MeasuredSink[]>
  readonly tokens: { readonly issued: number; readonly verified: number; readonly refused: number }
  readonly hashesWaiting: () => number
  readonly connections: () => Iterable<{ readonly principal: { readonly kind: string } }>
  readonly published: () => number
  readonly streams: () => number
  readonly letters: () => Promise<number>
  readonly logSize: () => Promise<number>
  readonly unplaced: () => Promise<number>
  /** When the last checkpoint was signed. */
  readonly checkpointAt: () => Promise<number | undefined>
}

export function createMetrics(ground: Ground, access: MetricsAccess, measured: () => Measured): Metrics {
  const { db, world, activity } = ground
  let requests: ReturnType<typeof createRequests> | undefined
  let delay: ReturnType<typeof monitorEventLoopDelay> | undefined
  const refusals = new Map<RefusalCode, number>()
  const events = new Map<string, Map<string, number>>()
  const stopFollowing = activity.follow(({ event, outcome, details }) => {
    if (!Object.hasOwn(vocabulary, event)) return
    const outcomes = events.get(event) ?? new Map<string, number>()
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + countIn(details))
    events.set(event, outcomes)
  })
  const counted = () => (requests ??= createRequests(measured().routeIds))

  function addProcess({ add }: Writer): void {
    const memory = process.memoryUsage()
    const { user, system } = process.cpuUsage()
    const one = (value: number): readonly Sample[] => [{ value }]
    add('gauge', 'process_resident_memory_bytes', 'Memory of this process.', one(memory.rss))
    add('gauge', 'latchkey_heap_used_bytes', 'Of it, what the heap of JavaScript uses.', one(memory.heapUsed))
    add('counter', 'process_cpu_seconds_total', 'Time of the processor.', one((user + system) / 1e6))
    const startedAt = world.now() / 1000 - process.uptime()
    add('gauge', 'process_start_time_seconds', 'When it started, since the epoch.', one(startedAt))
    if (delay === undefined) return
    const seconds = (percent: number) => one((delay?.percentile(percent) ?? 0) / 1e9)
    const what = 'How late timers are, since the last time that somebody asked'
    add('gauge', 'latchkey_event_loop_delay_p50_seconds', `${what}: the median.`, seconds(50))
    add('gauge', 'latchkey_event_loop_delay_p99_seconds', `${what}: the 99th percentile.`, seconds(99))
    delay.reset()
  }

  function addRequests({ add, addHistogram }: Writer): void {
    const asked = counted()
    add('counter', 'latchkey_http_requests_total', 'Requests by route and class of status.', asked.byStatus())
    const durations = asked.durations()
    addHistogram('latchkey_http_request_duration_seconds', 'How long they took.', bounds, durations)
    const codes = [...refusals].map(([code, value]) => ({ value, labels: { code } }))
    add('counter', 'latchkey_refusals_total', 'Refused requests by the code of the answer.', codes)
    const happened = [...events].flatMap(([event, outcomes]) =>
      [...outcomes].map(([outcome, value]) => ({ value, labels: { event, outcome } })),
    )
    add('counter', 'latchkey_events_total', 'Events of this process in the log.', happened)
    const signIns = [...(events.get('user.sign_in') ?? [])].map(([outcome, value]) => ({
      value,
      labels: { outcome },
    }))
    add('counter', 'latchkey_sign_ins_total', 'Sign-ins of people by outcome.', signIns)
  }

  function addParts({ add }: Writer, now: Measured): void {
    const { issued, verified, refused } = now.tokens
    add('counter', 'latchkey_tokens_issued_total', 'Access tokens issued.', [{ value: issued }])
    add('counter', 'latchkey_token_verifications_total', 'Tokens of ours that were presented here.', [
      { value: verified, labels: { outcome: 'verified' } },
      { value: refused, labels: { outcome: 'refused' } },
    ])
    add('gauge', 'latchkey_password_hashes_waiting', 'Hashes that wait for their turn.', [
      { value: now.hashesWaiting() },
    ])
    const kinds = { user: 0, device: 0, service: 0, api_key: 0 }
    for (const { principal } of now.connections()) {
      if (isKind(principal.kind)) kinds[principal.kind] += 1
    }
    const connections = Object.entries(kinds).map(([kind, value]) => ({ value, labels: { kind } }))
    add('gauge', 'latchkey_mqtt_connections', 'Open MQTT connections by kind of client.', connections)
    add('counter', 'latchkey_mqtt_messages_total', 'Messages that clients have published.', [
      { value: now.published() },
    ])
    add('gauge', 'latchkey_event_streams', 'Open event streams over HTTP.', [{ value: now.streams() }])
    const load = db.load?.()
    if (load === undefined) return
    add('counter', 'latchkey_database_transactions_total', 'Transactions of the database.', [
      { value: load.transactions },
    ])
    add('gauge', 'latchkey_database_transactions_waiting', 'Those that wait for their turn.', [
      { value: load.waiting },
    ])
  }

  function addJobs({ add }: Writer, jobs: readonly JobState[]): void {
    const labelled = (pick: (job: JobState) => number | null) =>
      jobs.flatMap((job) => {
        const value = pick(job)
        return value === null ? [] : [{ value, labels: { job: job.name } }]
      })
    const succeeded = labelled(({ lastSuccessAt }) => (lastSuccessAt === null ? null : lastSuccessAt / 1000))
    add(
      'gauge',
      'latchkey_job_last_success_seconds',
      'When each job last succeeded, since the epoch.',
      succeeded,
    )
    const took = labelled(({ tookMs }) => (tookMs === null ? null : tookMs / 1000))
    add('gauge', 'latchkey_job_duration_seconds', 'How long its last run took.', took)
    const failures = labelled(({ failures }) => failures)
    add('counter', 'latchkey_job_failures_total', 'How many of its runs have failed.', failures)
  }

  async function addStored({ add }: Writer, now: Measured): Promise<void> {
    const [sinks, letters, size, unplaced, checkpointAt] = await Promise.all([
      ...([now.sinks(), now.letters(), now.logSize(), now.unplaced(), now.checkpointAt()] as const),
    ])
    const ofSinks = (pick: (sink: MeasuredSink) => number) =>
      sinks.map((sink) => ({ value: pick(sink), labels: { sink: sink.name } }))
    const seconds = ({ lagSince }: MeasuredSink) =>
      lagSince === null ? 0 : Math.max(0, world.now() - lagSince) / 1000
    add(
      'gauge',
      'latchkey_sink_lag_events',
      'Events that a sink does not have.',
      ofSinks(({ lagEvents }) => lagEvents),
    )
    add('gauge', 'latchkey_sink_lag_seconds', 'How old the oldest of them is.', ofSinks(seconds))
    const stalled = ofSinks(({ stalled_at: at }) => (at === null ? 0 : 1))
    add('gauge', 'latchkey_sink_stalled', 'Whether a sink has had nothing for a minute.', stalled)
    add('gauge', 'latchkey_mail_outbox_letters', 'Letters that are not sent yet.', [{ value: letters }])
    add('gauge', 'latchkey_log_events', 'Events that have a place in the log.', [{ value: size }])
    add('gauge', 'latchkey_log_unplaced_events', 'Events without a place yet, 1000 at most.', [
      { value: unplaced },
    ])
    if (checkpointAt === undefined) return
    const age = Math.max(0, world.now() - checkpointAt) / 1000
    add('gauge', 'latchkey_log_checkpoint_age_seconds', 'How old the last checkpoint is.', [{ value: age }])
  }

  async function text(format: Format): Promise<string> {
    const writer = createWriter(format)
    const now = measured()
    addProcess(writer)
    addRequests(writer)
    addParts(writer, now)
    addJobs(writer, now.jobs())
    await addStored(writer, now)
    return writer.text()
  }

  return {
    answered: (route, status, tookMs) => counted().count(route, status, tookMs),
    refused: (code) => void refusals.set(code, (refusals.get(code) ?? 0) + 1),
    start() {
      delay = monitorEventLoopDelay({ resolution: 20 })
      delay.enable()
    },
    stop() {
      delay?.disable()
      stopFollowing()
    },
    routes: serve({ access, text }, [readMetrics]),
    jobs: [],
  }
}

function isKind(kind: string): kind is 'user' | 'device' | 'service' | 'api_key' {
  return ['user', 'device', 'service', 'api_key'].includes(kind)
}

/** A row that stands for several refusals says how many. */
function countIn(details: string | null): number {
  if (details === null || !details.includes('"count"')) return 1
  const { count } = JSON.parse(details) as { count?: unknown }
  return typeof count === 'number' ? count : 1
}
