import * as v from 'valibot'
import { created, done, ok, routesFor } from '../http/route.ts'
import { defaultLimit, line, moment, page, pageOf, paging, whole } from '../http/schema.ts'
import { existingDelivery, replayOne, replaySince, sendTest } from './deliveries/deliveries.ts'
import { deliveryStates, findDeliveries } from './deliveries/store.ts'
import type { WebhooksGround } from './ground.ts'
import {
  addWebhook,
  changeWebhook,
  existingWebhook,
  listWebhooksOf,
  removeWebhook,
  rotateSecret,
} from './registered.ts'
import { deliveryView, newSecretView, webhookView, wholeDeliveryView } from './views.ts'

const route = routesFor<WebhooksGround>()
const byId = v.strictObject({ id: line(64) })
const byDelivery = v.strictObject({ id: line(64), delivery: line(64) })
/** What was sent may be of anybody, so seeing it needs as much as sending it. */
const access = { permission: 'webhooks:write' } as const
const patterns = v.pipe(v.array(line(100)), v.maxLength(100))

export const listWebhooks = route({
  id: 'listWebhooks',
  method: 'GET',
  path: '/v1/webhooks',
  tag: 'webhooks',
  summary: 'The webhooks, and how many deliveries wait and are dead.',
  access,
  acting: true,
  answers: { 200: { description: 'The webhooks.', body: whole(webhookView.schema) } },
  handle: async (ground) => ok({ items: (await listWebhooksOf(ground)).map(webhookView.show), next: null }),
})

export const createWebhookRoute = route({
  id: 'createWebhook',
  method: 'POST',
  path: '/v1/webhooks',
  tag: 'webhooks',
  summary:
    'Register an address to which events are sent, signed by Standard Webhooks. The secret is shown this once.',
  access,
  body: v.strictObject({ name: line(100), url: line(2_000), events: patterns }),
  answers: { 201: { description: 'The webhook with its secret.', body: newSecretView.schema } },
  refuses: ['webhook_url_not_allowed', 'webhook_limit_reached'],
  handle: async (ground, { actor, body }) =>
    created(newSecretView.show(await addWebhook(ground, actor, body))),
})

export const readWebhook = route({
  id: 'readWebhook',
  method: 'GET',
  path: '/v1/webhooks/{id}',
  tag: 'webhooks',
  summary: 'See a webhook.',
  access,
  acting: true,
  params: byId,
  answers: { 200: { description: 'The webhook.', body: webhookView.schema } },
  refuses: ['webhook_not_found'],
  handle: async (ground, { params }) => ok(webhookView.show(await existingWebhook(ground, params.id))),
})

export const changeWebhookRoute = route({
  id: 'changeWebhook',
  method: 'PATCH',
  path: '/v1/webhooks/{id}',
  tag: 'webhooks',
  summary:
    'Change a webhook, or switch it on or off. Switched on, what waits is sent; what came about while it was off was not kept.',
  access,
  params: byId,
  body: v.strictObject({
    name: v.optional(line(100)),
    url: v.optional(line(2_000)),
    events: v.optional(patterns),
    on: v.optional(v.boolean()),
  }),
  answers: { 200: { description: 'The webhook, changed.', body: webhookView.schema } },
  refuses: ['webhook_not_found', 'webhook_url_not_allowed'],
  async handle(ground, { params, actor, body: { on: isOn, ...change } }) {
    return ok(webhookView.show(await changeWebhook(ground, actor, params.id, { ...change, isOn })))
  },
})

export const removeWebhookRoute = route({
  id: 'removeWebhook',
  method: 'DELETE',
  path: '/v1/webhooks/{id}',
  tag: 'webhooks',
  summary: 'Remove a webhook. What waits for it is not sent.',
  access,
  params: byId,
  answers: { 204: { description: 'It is gone.' } },
  refuses: ['webhook_not_found'],
  async handle(ground, { params, actor }) {
    await removeWebhook(ground, actor, params.id)
    return done
  },
})

export const rotateWebhookSecret = route({
  id: 'rotateWebhookSecret',
  method: 'POST',
  path: '/v1/webhooks/{id}/rotate-secret',
  tag: 'webhooks',
  summary:
    'Make a new secret, shown this once. The one before signs beside it for `overlap_seconds`, a day if that is not given.',
  access,
  params: byId,
  body: v.strictObject({ overlap_seconds: v.optional(v.number()) }),
  answers: { 201: { description: 'The webhook with its new secret.', body: newSecretView.schema } },
  refuses: ['webhook_not_found'],
  async handle(ground, { params, actor, body }) {
    return created(newSecretView.show(await rotateSecret(ground, actor, params.id, body.overlap_seconds)))
  },
})

export const testWebhook = route({
  id: 'testWebhook',
  method: 'POST',
  path: '/v1/webhooks/{id}/test',
  tag: 'webhooks',
  summary: 'Send a message of the type webhook.test now, once, and say what came of it.',
  access,
  params: byId,
  answers: { 200: { description: 'What came of it.', body: deliveryView.schema } },
  refuses: ['webhook_not_found'],
  handle: async (ground, { params, actor }) =>
    ok(deliveryView.show(await sendTest(ground, actor, params.id))),
})

export const listDeliveries = route({
  id: 'listWebhookDeliveries',
  method: 'GET',
  path: '/v1/webhooks/{id}/deliveries',
  tag: 'webhooks',
  summary: 'What was sent to a webhook, waits, or is dead, newest first. Kept for 30 days.',
  access,
  acting: true,
  params: byId,
  query: v.strictObject({ ...paging, state: v.optional(v.picklist(deliveryStates)) }),
  answers: { 200: { description: 'A page of deliveries.', body: page(deliveryView.schema) } },
  refuses: ['webhook_not_found'],
  async handle(ground, { params, query: { limit = defaultLimit, after: before, state } }) {
    const { id } = await existingWebhook(ground, params.id)
    const rows = await findDeliveries(ground.db, id, { state, before }, limit + 1)
    return ok(pageOf(rows, limit, (row) => row.id, deliveryView.show))
  },
})

export const readDelivery = route({
  id: 'readWebhookDelivery',
  method: 'GET',
  path: '/v1/webhooks/{id}/deliveries/{delivery}',
  tag: 'webhooks',
  summary: 'See a delivery and what is sent, byte for byte.',
  access,
  acting: true,
  params: byDelivery,
  answers: { 200: { description: 'The delivery.', body: wholeDeliveryView.schema } },
  refuses: ['delivery_not_found'],
  async handle({ db }, { params: { id, delivery } }) {
    return ok(wholeDeliveryView.show(await existingDelivery(db, id, delivery)))
  },
})

export const replayDeliveryRoute = route({
  id: 'replayWebhookDelivery',
  method: 'POST',
  path: '/v1/webhooks/{id}/deliveries/{delivery}/replay',
  tag: 'webhooks',
  summary: 'Send a delivery again that has ended, by the same id.',
  access,
  params: byDelivery,
  answers: { 200: { description: 'It waits again.', body: deliveryView.schema } },
  refuses: ['delivery_not_found', 'delivery_waiting'],
  async handle(ground, { params: { id, delivery }, actor }) {
    return ok(deliveryView.show(await replayOne(ground, actor, id, delivery)))
  },
})

export const replayDeliveries = route({
  id: 'replayWebhookDeliveries',
  method: 'POST',
  path: '/v1/webhooks/{id}/replay',
  tag: 'webhooks',
  summary: 'Send all that are dead and came about since a moment.',
  access,
  params: byId,
  body: v.strictObject({ since: moment }),
  answers: { 200: { description: 'How many.', body: v.strictObject({ deliveries: v.number() }) } },
  refuses: ['webhook_not_found'],
  async handle(ground, { params, actor, body: { since } }) {
    return ok({ deliveries: await replaySince(ground, actor, params.id, since) })
  },
})
