import * as v from 'valibot'
import { Refusal } from '../../errors.ts'
import { anyCaller, created, done, ok, plain, routesFor } from '../../http/route.ts'
import { defaultLimit, line, moment, page, pageOf, paging, wholeNumber } from '../../http/schema.ts'
import { findEvent } from '../archive/reading.ts'
import { eventView } from '../views.ts'
import type { ProofGround } from './ground.ts'
import { liftHold, placeHold } from './holds.ts'
import { receiptFor } from './receipts.ts'
import { findCheckpoints, findHolds, findTree } from './store.ts'
import { checkpointView, holdView, witnessView } from './views.ts'
import { findWitnesses } from './witness/store.ts'

const route = routesFor<ProofGround>()
const byId = v.strictObject({ id: line(64) })
const text = { type: 'text' } as const

export const readCheckpoint = route({
  id: 'readLogCheckpoint',
  method: 'GET',
  path: '/tlog/checkpoint',
  tag: 'activity',
  summary: 'The newest checkpoint of the activity log, a signed note (C2SP tlog-checkpoint).',
  access: 'public',
  answers: { 200: { description: 'The checkpoint.', ...text } },
  refuses: ['checkpoint_not_found'],
  async handle({ db }) {
    const [checkpoint] = await findCheckpoints(db, Number.MAX_SAFE_INTEGER, 1)
    if (!checkpoint) throw new Refusal('checkpoint_not_found', 'the log has no checkpoint yet')
    return plain(200, checkpoint.note)
  },
})

export const readProof = route({
  id: 'readLogProof',
  method: 'GET',
  path: '/v1/activity/proof',
  tag: 'activity',
  summary: 'How far the log is proven: its size, its newest checkpoint, what verifies it, and its witnesses.',
  access: { permission: 'activity:read' },
  acting: true,
  apiKeys: true,
  answers: {
    200: {
      description: 'The state of the proof.',
      body: v.strictObject({
        size: v.number(),
        checkpoint: v.nullable(checkpointView.schema),
        keys: v.array(v.string()),
        witness_key: v.string(),
        witnesses: v.array(witnessView.schema),
      }),
    },
  },
  async handle({ db, signers, cosigners, witnesses }) {
    const [checkpoint] = await findCheckpoints(db, Number.MAX_SAFE_INTEGER, 1)
    const { size } = await findTree(db)
    const asked = new Set(witnesses.map(({ url }) => url))
    const known = (await findWitnesses(db)).filter(({ url }) => asked.has(url))
    return ok({
      size,
      checkpoint: checkpoint ? checkpointView.show(checkpoint) : null,
      keys: [...(await signers.vkeys())],
      witness_key: (await cosigners.current()).verifier.vkey,
      witnesses: known.map(witnessView.show),
    })
  },
})

export const listCheckpoints = route({
  id: 'listLogCheckpoints',
  method: 'GET',
  path: '/v1/activity/checkpoints',
  tag: 'activity',
  summary: 'The checkpoints of the log, newest first.',
  access: { permission: 'activity:read' },
  acting: true,
  apiKeys: true,
  query: v.strictObject({ limit: paging.limit, after: v.optional(wholeNumber(1, Number.MAX_SAFE_INTEGER)) }),
  answers: { 200: { description: 'A page of checkpoints.', body: page(checkpointView.schema) } },
  async handle({ db }, { query: { limit = defaultLimit, after = Number.MAX_SAFE_INTEGER } }) {
    return ok(
      pageOf(
        await findCheckpoints(db, after, limit + 1),
        limit,
        ({ size }) => `${size}`,
        checkpointView.show,
      ),
    )
  },
})

export const listHolds = route({
  id: 'listLogHolds',
  method: 'GET',
  path: '/v1/activity/holds',
  tag: 'activity',
  summary: 'The people whose events the log keeps as they are, even if the people are deleted.',
  access: { permission: 'activity:read' },
  acting: true,
  apiKeys: true,
  query: v.strictObject(paging),
  answers: { 200: { description: 'A page of holds.', body: page(holdView.schema) } },
  async handle({ db }, { query: { limit = defaultLimit, after = '' } }) {
    return ok(pageOf(await findHolds(db, after, limit + 1), limit, ({ subject }) => subject, holdView.show))
  },
})

export const placeHoldRoute = route({
  id: 'placeLogHold',
  method: 'POST',
  path: '/v1/activity/holds',
  tag: 'activity',
  summary:
    'Keep what the log says of somebody as it is, also if they are deleted. A new hold replaces the one that there is.',
  access: { permission: 'activity:hold' },
  body: v.strictObject({ subject: line(64), reason: line(200), ends_at: v.optional(moment) }),
  answers: { 201: { description: 'Held.', body: holdView.schema } },
  async handle(ground, { actor, body: { subject, reason, ends_at: endsAt } }) {
    return created(holdView.show(await placeHold(ground, actor, { subject, reason, endsAt })))
  },
})

export const liftHoldRoute = route({
  id: 'liftLogHold',
  method: 'DELETE',
  path: '/v1/activity/holds/{subject}',
  tag: 'activity',
  summary: 'Lift a hold. Who was deleted meanwhile is forgotten then.',
  access: { permission: 'activity:hold' },
  params: v.strictObject({ subject: line(64) }),
  answers: { 204: { description: 'Lifted.' } },
  refuses: ['hold_not_found'],
  async handle(ground, { actor, params: { subject } }) {
    await liftHold(ground, actor, subject)
    return done
  },
})

const disclosed = v.optional(v.strictObject({ salt: v.string(), text: v.string() }))

export const readReceipt = route({
  id: 'readReceipt',
  method: 'GET',
  path: '/v1/activity/{id}/receipt',
  tag: 'activity',
  summary:
    'The proof of one event, which can be verified without this server. These may have it: whoever did it, the person that it was done to, the owner of the device, and readers of the log.',
  access: anyCaller,
  acting: true,
  params: byId,
  answers: {
    200: {
      description: 'The receipt. It discloses what the caller may know.',
      body: v.strictObject({
        format: v.literal('latchkey-receipt-v1'),
        leaf: v.string(),
        disclosed: v.strictObject({ who: disclosed, place: disclosed, whom: disclosed }),
        proof: v.string(),
      }),
    },
  },
  refuses: ['event_not_found'],
  async handle(ground, { params: { id }, actor }) {
    return ok(await receiptFor(ground, actor.identity, id))
  },
})

export const readEvent = route({
  id: 'readEvent',
  method: 'GET',
  path: '/v1/activity/{id}',
  tag: 'activity',
  summary: 'One event of the log, by its id.',
  access: { permission: 'activity:read' },
  acting: true,
  apiKeys: true,
  params: byId,
  answers: { 200: { description: 'The event.', body: eventView.schema } },
  refuses: ['event_not_found'],
  async handle({ db }, { params: { id } }) {
    const row = await findEvent(db, id)
    if (!row) throw new Refusal('event_not_found', 'there is no such event')
    return ok(eventView.show(row))
  },
})
