import { webhook as webhookTarget } from '../activity/events.ts'
import type { Carrier } from './carrier.ts'
import type { WebhooksGround } from './ground.ts'
import { signingSecrets } from './secrets/secrets.ts'
import { signedHeaders } from './sign.ts'
import { findWebhook, switchOffWebhook } from './store.ts'

/** The type of a message that is sent to try a webhook. */
export const testType = 'webhook.test'

/** How webhooks are sent to: signed by Standard Webhooks, and switched off when they take nothing. */
export function createEventCarrier(ground: WebhooksGround): Carrier {
  const { db, world, activity } = ground
  return {
    ...{ kind: 'webhook', keepsEnded: true },
    async prepare({ id: webhook }, { id, body }) {
      const secrets = await signingSecrets(ground, db, webhook)
      return { headers: signedHeaders({ id, atMs: world.now(), body }, secrets), body }
    },
    isFinal: (status) => status === 410,
    async gaveUp(tx, { id: webhook }, { id, type, created_at: createdAt }, { attempts, status, reason }) {
      // What was sent to try the webhook says nothing about it.
      if (type === testType) return
      const target = webhookTarget(webhook)
      const details = { delivery: id, type, attempts, ...(status !== null && { status }) }
      await activity.record(tx, {}, 'webhook.give_up', target, { outcome: 'failure', reason, details })
      const lastSuccess = (await findWebhook(tx, webhook))?.last_success_at ?? 0
      const isGone = status === 410
      if (!isGone && lastSuccess >= createdAt) return
      const why = isGone ? 'gone' : 'failing'
      if (await switchOffWebhook(tx, webhook, why, world.now())) {
        await activity.record(tx, {}, 'webhook.switch_off', target, { outcome: 'failure', reason: why })
      }
    },
  }
}
