import { webhook as webhookTarget } from '../activity/events.ts'
import type { Reader, Transaction } from '../database/database.ts'
import { Refusal } from '../errors.ts'
import type { Actor } from '../identity.ts'
import { newIdentifier } from '../secrets/identifiers.ts'
import { isWholeWithin } from '../whole-number.ts'
import { countDeliveries } from './deliveries/store.ts'
import type { WebhooksGround } from './ground.ts'
import { patternForm } from './patterns.ts'
import { makeSecret } from './secrets/secrets.ts'
import { endSecrets, findSecrets, type SecretRow } from './secrets/store.ts'
import {
  deleteWebhook,
  findWebhook,
  findWebhooks,
  insertWebhook,
  switchOffWebhook,
  switchOnWebhook,
  updateWebhook,
  type WebhookRow,
} from './store.ts'

/** A webhook, its secrets without what they are, and how many deliveries wait and are dead. */
export interface Webhook extends WebhookRow {
  readonly secrets: readonly SecretRow[]
  readonly waiting: number
  readonly dead: number
}

export interface NewWebhookGiven {
  readonly name: string
  readonly url: string
  readonly events: readonly string[]
}

const mostWebhooks = 50
const mostPatterns = 50
const defaultOverlapSeconds = 86_400
const longestOverlapSeconds = 7 * 86_400

/**
 * Register where messages are sent. The secret is given this once.
 * @throws {Refusal} `webhook_url_not_allowed`, `webhook_limit_reached`, `request_invalid`
 */
export async function addWebhook(
  ground: WebhooksGround,
  actor: Actor,
  { name, url, events }: NewWebhookGiven,
): Promise<{ readonly webhook: Webhook; readonly secret: string }> {
  const { db, world, activity } = ground
  requireAllowed(ground, url)
  requirePatterns(events)
  const id = newIdentifier('whk', world)
  const secret = await db.transaction(async (tx) => {
    if ((await findWebhooks(tx)).length >= mostWebhooks) {
      throw new Refusal('webhook_limit_reached', `there are ${mostWebhooks} webhooks already`)
    }
    const created_by = actor.kind === 'operator' ? null : actor.identity.subject
    await insertWebhook(tx, { id, name, url, events: unique(events), created_at: world.now(), created_by })
    // The path of an address may be a secret of the other side.
    const details = { host: new URL(url).host, events: unique(events).join(' ') }
    await activity.record(tx, actor, 'webhook.create', webhookTarget(id), { details })
    return makeSecret(ground, tx, id)
  })
  return { webhook: await existingWebhook(ground, id), secret }
}

export interface WebhookChange {
  readonly name?: string | undefined
  readonly url?: string | undefined
  readonly events?: readonly string[] | undefined
  readonly isOn?: boolean | undefined
}

/**
 * Change a webhook. Switched on, what waits is sent; what came about while it was off was not kept.
 * @throws {Refusal} `webhook_not_found`, `webhook_url_not_allowed`, `request_invalid`
 */
export async function changeWebhook(
  ground: WebhooksGround,
  actor: Actor,
  id: string,
  { name, url, events, isOn }: WebhookChange,
): Promise<Webhook> {
  const { db, world, activity } = ground
  if (url !== undefined) requireAllowed(ground, url)
  if (events !== undefined) requirePatterns(events)
  await db.transaction(async (tx) => {
    const change = { name: name ?? null, url: url ?? null, events: events ? unique(events) : null }
    if (!(await updateWebhook(tx, id, change))) throw notFound()
    const target = webhookTarget(id)
    const details = {
      ...(url !== undefined && { host: new URL(url).host }),
      ...(events !== undefined && { events: unique(events).join(' ') }),
    }
    if (name !== undefined || url !== undefined || events !== undefined) {
      await activity.record(tx, actor, 'webhook.change', target, { details })
    }
    if (isOn === true && (await switchOnWebhook(tx, id))) {
      await activity.record(tx, actor, 'webhook.switch_on', target)
    }
    if (isOn === false && (await switchOffWebhook(tx, id, 'switched_off', world.now()))) {
      await activity.record(tx, actor, 'webhook.switch_off', target, { reason: 'switched_off' })
    }
  })
  return existingWebhook(ground, id)
}

/** Remove a webhook with all that it was sent. @throws {Refusal} `webhook_not_found` */
export async function removeWebhook(
  { db, activity }: WebhooksGround,
  actor: Actor,
  id: string,
): Promise<void> {
  await db.transaction(async (tx) => {
    const row = await deleteWebhook(tx, id)
    if (!row) throw notFound()
    const details = { host: new URL(row.url).host }
    await activity.record(tx, actor, 'webhook.remove', webhookTarget(id), { details })
  })
}

/**
 * Make a new secret, given this once. The one before signs beside it for a while, a day unless it is said.
 * @throws {Refusal} `webhook_not_found`, `request_invalid`
 */
export async function rotateSecret(
  ground: WebhooksGround,
  actor: Actor,
  id: string,
  overlapSeconds = defaultOverlapSeconds,
): Promise<{ readonly webhook: Webhook; readonly secret: string }> {
  const { db, world, activity } = ground
  if (!isWholeWithin(overlapSeconds, 0, longestOverlapSeconds)) {
    throw new Refusal('request_invalid', 'the overlap is too long', {
      faults: [{ field: '/overlap_seconds', reason: `must be 0 to ${longestOverlapSeconds}` }],
    })
  }
  const secret = await db.transaction(async (tx) => {
    // It is held, so that of two rotations at once each ends what the other has made.
    const kept = { name: null, url: null, events: null }
    if (!(await updateWebhook(tx, id, kept))) throw notFound()
    await endSecrets(tx, id, world.now(), world.now() + overlapSeconds * 1000)
    const details = { overlap_seconds: overlapSeconds }
    await activity.record(tx, actor, 'webhook.rotate_secret', webhookTarget(id), { details })
    return makeSecret(ground, tx, id)
  })
  return { webhook: await existingWebhook(ground, id), secret }
}

/** All webhooks, oldest first. */
export async function listWebhooksOf({
  db,
  world,
}: Pick<WebhooksGround, 'db' | 'world'>): Promise<readonly Webhook[]> {
  const rows = await findWebhooks(db)
  return withCounts(db, rows, await findSecrets(db, world.now()))
}

/** @throws {Refusal} `webhook_not_found` */
export async function existingWebhook(
  { db, world }: Pick<WebhooksGround, 'db' | 'world'>,
  id: string,
): Promise<Webhook> {
  const row = await findWebhook(db, id)
  if (!row) throw notFound()
  const [webhook] = await withCounts(db, [row], await findSecrets(db, world.now(), id))
  return webhook!
}

async function withCounts(
  reader: Reader | Transaction,
  rows: readonly WebhookRow[],
  secrets: readonly SecretRow[],
): Promise<readonly Webhook[]> {
  const counts = await countDeliveries(reader)
  const countOf = (id: string, state: string) =>
    counts.find((one) => one.webhook === id && one.state === state)?.count ?? 0
  return rows.map((row) => ({
    ...row,
    secrets: secrets.filter(({ webhook }) => webhook === row.id),
    ...{ waiting: countOf(row.id, 'waiting'), dead: countOf(row.id, 'dead') },
  }))
}

export const notFound = () => new Refusal('webhook_not_found', 'there is no such webhook')

const unique = (patterns: readonly string[]) => [...new Set(patterns)].sort()

function requireAllowed({ outbound }: WebhooksGround, url: string): void {
  if (outbound.allows(url)) return
  throw new Refusal(
    'webhook_url_not_allowed',
    'an https address is needed, without user, password and fragment; http goes to this machine only, where the operator allows it',
  )
}

function requirePatterns(events: readonly string[]): void {
  const isGood =
    isWholeWithin(events.length, 1, mostPatterns) && events.every((text) => patternForm.test(text))
  if (isGood) return
  throw new Refusal('request_invalid', 'these are no events', {
    faults: [
      {
        field: '/events',
        reason: `must be 1 to ${mostPatterns} of a name such as user.sign_in, user.* or *`,
      },
    ],
  })
}
