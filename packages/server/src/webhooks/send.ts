import { webhook as webhookTarget } from '../activity/events.ts'
import type { World } from '../world.ts'
import { beginAttempt, type DeliveryRow, endAttempt, findDueDeliveries } from './deliveries/store.ts'
import type { WebhooksGround } from './ground.ts'
import { signingSecrets } from './secrets/secrets.ts'
import { signedHeaders } from './sign.ts'
import {
  findDueWebhooks,
  findWebhook,
  leaseWebhook,
  noteOutcome,
  releaseWebhook,
  switchOffWebhook,
  type WebhookRow,
} from './store.ts'

/** The type of a message that is sent to try a webhook. */
export const testType = 'webhook.test'

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

/** Sends what is due. One webhook that is slow or dead holds up no other. */
export interface Sender {
  /** Begin to send to every webhook that has something due and is not being sent to. */
  sendDue(): Promise<void>
  /** When everything that has begun has ended. */
  settled(): Promise<void>
  stop(): Promise<void>
}

export function createSender(ground: WebhooksGround): Sender {
  const { db, world, log } = ground
  const sending = new Map<string, Promise<void>>()
  const stopping = new AbortController()

  async function settled(): Promise<void> {
    while (sending.size > 0) await Promise.all(sending.values())
  }
  return {
    async sendDue() {
      if (stopping.signal.aborted) return
      for (const id of await findDueWebhooks(db, world.now())) {
        if (sending.has(id)) continue
        const turn = sendTo(ground, id, stopping.signal)
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
async function sendTo(ground: WebhooksGround, id: string, stopping: AbortSignal): Promise<void> {
  const { db, world } = ground
  const began = world.now()
  const leasedUntil = began + leaseMs
  const webhook = await db.transaction((tx) => leaseWebhook(tx, id, began, leasedUntil))
  if (!webhook) return
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
          if ((await attempt(ground, webhook, delivery, stopping)) === 'failed') failed = true
        }
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work))
  }
  await db.transaction((tx) =>
    releaseWebhook(tx, id, leasedUntil, failed ? world.now() + pauseMs : world.now()),
  )
}

/** Try a delivery once. Ended by `stopping`, it is left to whoever comes next. Somebody else may have begun the attempt; then nothing is sent. */
export async function attempt(
  ground: WebhooksGround,
  webhook: Pick<WebhookRow, 'id' | 'url'>,
  delivery: DeliveryRow,
  stopping?: AbortSignal,
): Promise<'delivered' | 'failed' | 'taken'> {
  const { db, world, outbound } = ground
  const { id, body } = delivery
  const now = world.now()
  if (!(await db.transaction((tx) => beginAttempt(tx, delivery, now, now + leaseMs)))) return 'taken'
  const attempts = delivery.attempts + 1
  const secrets = await signingSecrets(ground, db, webhook.id)
  const answer = await outbound.post(
    webhook.url,
    {
      headers: signedHeaders({ id, atMs: now, body }, secrets),
      body,
    },
    stopping,
  )
  // Nobody knows whether it came; another process goes on with it.
  if (stopping?.aborted) return 'taken'
  const status = answer.kind === 'answered' ? answer.status : null
  if (status !== null && status >= 200 && status < 300) {
    const end = { state: 'delivered', nextAt: now, status, error: null, endedAt: world.now() } as const
    await db.transaction(async (tx) => {
      if (await endAttempt(tx, id, attempts, end)) await noteOutcome(tx, webhook.id, 'success', world.now())
    })
    return 'delivered'
  }
  const error = answer.kind === 'failed' ? answer.fault : 'status_unexpected'
  await fail(ground, webhook, delivery, { attempts, status, error })
  return 'failed'
}

interface Failed {
  readonly attempts: number
  readonly status: number | null
  readonly error: string
}

async function fail(
  { db, world, activity }: WebhooksGround,
  webhook: Pick<WebhookRow, 'id'>,
  delivery: DeliveryRow,
  { attempts, status, error }: Failed,
): Promise<void> {
  const { id, until_at: untilAt, created_at: createdAt, type } = delivery
  const now = world.now()
  const isGone = status === 410
  const isDead = isGone || now >= untilAt
  // The last attempt is when its time is over, however the delays fall.
  const nextAt = Math.min(now + delayMs(attempts, world), Math.max(untilAt, now))
  await db.transaction(async (tx) => {
    const state = isDead ? 'dead' : 'waiting'
    const end = { state, nextAt, status, error, endedAt: isDead ? now : null } as const
    if (!(await endAttempt(tx, id, attempts, end))) return
    await noteOutcome(tx, webhook.id, 'failure', now)
    // What was sent to try the webhook says nothing about it.
    if (!isDead || type === testType) return
    const target = webhookTarget(webhook.id)
    const details = { delivery: id, type, attempts, ...(status !== null && { status }) }
    await activity.record(tx, {}, 'webhook.give_up', target, { outcome: 'failure', reason: error, details })
    const lastSuccess = (await findWebhook(tx, webhook.id))?.last_success_at ?? 0
    if (!isGone && lastSuccess >= createdAt) return
    const reason = isGone ? 'gone' : 'failing'
    if (await switchOffWebhook(tx, webhook.id, reason, now)) {
      await activity.record(tx, {}, 'webhook.switch_off', target, { outcome: 'failure', reason })
    }
  })
}

/** A fifth more or less, so that what failed together does not come back together. */
export function delayMs(attempts: number, { random }: Pick<World, 'random'>): number {
  const delay = delaysMs[attempts - 1] ?? longestDelayMs
  return Math.round(delay * (0.8 + (0.4 * random(4).readUInt32BE()) / 2 ** 32))
}
