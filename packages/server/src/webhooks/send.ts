import { isSuccess } from '../outbound/outbound.ts'
import type { World } from '../world.ts'
import type { Carrier, GaveUp } from './carrier.ts'
import {
  beginAttempt,
  type DeliveryRow,
  deleteDeliveries,
  endAttempt,
  findDueDeliveries,
} from './deliveries/store.ts'
import type { WebhooksGround } from './ground.ts'
import {
  findDueWebhooks,
  leaseWebhook,
  noteOutcome,
  type ReceiverKind,
  releaseWebhook,
  type WebhookRow,
} from './store.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
/** What follows the first attempt, the second … and each that comes after them. The last attempt is at the end of its five days. */
const delaysMs = [
  5_000,
  minuteMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
]
const longestDelayMs = 24 * hourMs

/** A process that was killed leaves its webhooks so long, and an attempt of its so long. */
const leaseMs = 5 * minuteMs
/** A process sends to one webhook for so long before it looks again who may. */
const turnMs = 2 * minuteMs
/** After a failure nothing is sent to a webhook for so long, whatever else is due. */
const pauseMs = 10_000
const most = 40
/** So many subjects at once. */
const atOnce = 4
/** A process sends to so many receivers at once. */
const mostReceivers = 50

/** Sends what is due. One receiver that is slow or dead holds up no other. */
export interface Sender {
  /** Begin to send to receivers that have something due and are not being sent to. */
  sendDue(): Promise<void>
  /** When everything that has begun has ended. */
  settled(): Promise<void>
  stop(): Promise<void>
}

export function createSender(ground: WebhooksGround, carrierFor: (kind: ReceiverKind) => Carrier): Sender {
  const { db, world, log } = ground
  const sending = new Map<string, Promise<void>>()
  const stopping = new AbortController()

  async function settled(): Promise<void> {
    while (sending.size > 0) await Promise.all(sending.values())
  }
  return {
    async sendDue() {
      if (stopping.signal.aborted) return
      for (const id of await findDueWebhooks(db, world.now(), Math.max(0, mostReceivers - sending.size))) {
        if (sending.has(id)) continue
        const turn = sendTo(ground, carrierFor, id, stopping.signal)
          .catch((error: unknown) => log.error('webhook_failed', error, { webhook: id }))
          .finally(() => sending.delete(id))
        sending.set(id, turn)
      }
    },
    settled,
    async stop() {
      stopping.abort()
      await settled()
    },
  }
}

/** One turn of one webhook, which this process has for itself. */
async function sendTo(
  ground: WebhooksGround,
  carrierFor: (kind: ReceiverKind) => Carrier,
  id: string,
  stopping: AbortSignal,
): Promise<void> {
  const { db, world } = ground
  const began = world.now()
  const leasedUntil = began + leaseMs
  const webhook = await db.transaction((tx) => leaseWebhook(tx, id, began, leasedUntil))
  if (!webhook) return
  const carrier = carrierFor(webhook.kind)
  let failed = false
  const goesOn = () => !failed && !stopping.aborted && world.now() < began + turnMs
  while (goesOn()) {
    const due = await findDueDeliveries(db, id, world.now(), most)
    if (due.length === 0) break
    const chains = [...Map.groupBy(due, ({ subject }) => subject).values()]
    const work = async () => {
      for (let chain = chains.shift(); chain && goesOn(); chain = chains.shift()) {
        for (const delivery of chain) {
          if (!goesOn()) break
          if ((await attempt(ground, carrier, { webhook, delivery }, stopping)) === 'failed') failed = true
        }
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work))
  }
  await db.transaction((tx) =>
    releaseWebhook(tx, id, leasedUntil, failed ? world.now() + pauseMs : world.now()),
  )
}

interface Attempted {
  readonly webhook: Pick<WebhookRow, 'id' | 'url'>
  readonly delivery: DeliveryRow
}

/** Try a delivery once. Ended by `stopping`, it is left to whoever comes next. Somebody else may have begun the attempt; then nothing is sent. */
export async function attempt(
  ground: WebhooksGround,
  carrier: Carrier,
  { webhook, delivery }: Attempted,
  stopping?: AbortSignal,
): Promise<'delivered' | 'failed' | 'taken'> {
  const { db, world, outbound } = ground
  const { id } = delivery
  const now = world.now()
  if (!(await db.transaction((tx) => beginAttempt(tx, delivery, now, now + leaseMs)))) return 'taken'
  const attempts = delivery.attempts + 1
  const posted = await carrier.prepare(webhook, delivery)
  if (posted === undefined) {
    await db.transaction((tx) => deleteDeliveries(tx, webhook.id, [id]))
    return 'taken'
  }
  const answer = await outbound.post(webhook.url, posted, stopping)
  // Nobody knows whether it came; another process goes on with it.
  if (stopping?.aborted) return 'taken'
  const status = answer.kind === 'answered' ? answer.status : null
  if (status !== null && isSuccess(status)) {
    const end = { state: 'delivered', nextAt: now, status, error: null, endedAt: world.now() } as const
    await db.transaction(async (tx) => {
      if (!(await endAttempt(tx, id, attempts, end))) return
      if (!carrier.keepsEnded) await deleteDeliveries(tx, webhook.id, [id])
      await noteOutcome(tx, webhook.id, 'success', world.now())
    })
    return 'delivered'
  }
  const reason = answer.kind === 'failed' ? answer.fault : 'status_unexpected'
  await fail(ground, carrier, { webhook, delivery }, { attempts, status, reason })
  return 'failed'
}

async function fail(
  { db, world }: WebhooksGround,
  carrier: Carrier,
  { webhook, delivery }: Attempted,
  why: GaveUp,
): Promise<void> {
  const { id, until_at: untilAt } = delivery
  const { attempts, status, reason } = why
  const now = world.now()
  const isDead = (status !== null && carrier.isFinal(status)) || now >= untilAt
  // The last attempt is when its time is over, however the delays fall.
  const nextAt = Math.min(now + delayMs(attempts, world), Math.max(untilAt, now))
  await db.transaction(async (tx) => {
    const state = isDead ? 'dead' : 'waiting'
    const end = { state, nextAt, status, error: reason, endedAt: isDead ? now : null } as const
    if (!(await endAttempt(tx, id, attempts, end))) return
    await noteOutcome(tx, webhook.id, 'failure', now)
    if (!isDead) return
    if (!carrier.keepsEnded) await deleteDeliveries(tx, webhook.id, [id])
    await carrier.gaveUp(tx, webhook, delivery, why)
  })
}

/** A fifth more or less, so that what failed together does not come back together. */
export function delayMs(attempts: number, { random }: Pick<World, 'random'>): number {
  const delay = delaysMs[attempts - 1] ?? longestDelayMs
  return Math.round(delay * (0.8 + (0.4 * random(4).readUInt32BE()) / 2 ** 32))
}
