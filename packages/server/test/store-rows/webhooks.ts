import * as webhookDeliveries from '../../src/webhooks/deliveries/store.ts'
import * as webhookSecrets from '../../src/webhooks/secrets/store.ts'
import * as webhooks from '../../src/webhooks/store.ts'
import { now } from '../neighbours.ts'
import type { Row } from './row.ts'

/** The statements of webhooks and what is delivered to them. */
export const webhooksRows: readonly Row[] = [
  {
    store: 'webhooks',
    statement: 'insertWebhook',
    run: (tx) =>
      webhooks.insertWebhook(tx, {
        ...{ id: 'whk_new', name: 'n', url: 'u', events: ['a.b', 'c.*'], created_at: now, created_by: null },
      }),
    changes: [
      '+ webhooks whk_new: id=whk_new name=n url=u events=a.b c.* created_at=1000 leased_until=0 kind=webhook',
    ],
  },
  {
    store: 'webhooks',
    statement: 'findWebhooks',
    run: (tx) => webhooks.findWebhooks(tx),
    gives: ['whk_a', 'whk_b', 'whk_c', 'whk_d'],
  },
  {
    store: 'webhooks',
    statement: 'findWebhook',
    run: (tx) => webhooks.findWebhook(tx, 'whk_b'),
    gives: 'whk_b',
  },
  {
    store: 'webhooks',
    statement: 'updateWebhook',
    run: (tx) => webhooks.updateWebhook(tx, 'whk_a', { name: 'n', url: 'u', events: ['x.y'] }),
    gives: true,
    changes: ['webhooks whk_a: name=n url=u events=x.y'],
  },
  {
    store: 'webhooks',
    statement: 'updateWebhook',
    of: 'that there is not',
    run: (tx) => webhooks.updateWebhook(tx, 'whk_none', { name: null, url: null, events: null }),
    gives: false,
  },
  {
    store: 'webhooks',
    statement: 'switchOffWebhook',
    run: (tx) => webhooks.switchOffWebhook(tx, 'whk_a', 'gone', now),
    gives: true,
    changes: ['webhooks whk_a: off_at=1000 off_reason=gone'],
  },
  {
    store: 'webhooks',
    statement: 'switchOffWebhook',
    of: 'that is off',
    run: (tx) => webhooks.switchOffWebhook(tx, 'whk_b', 'gone', now),
    gives: false,
  },
  {
    store: 'webhooks',
    statement: 'switchOnWebhook',
    run: (tx) => webhooks.switchOnWebhook(tx, 'whk_b'),
    gives: true,
    changes: ['webhooks whk_b: off_at=null off_reason=null leased_until=0'],
  },
  {
    store: 'webhooks',
    statement: 'switchOnWebhook',
    of: 'that is on',
    run: (tx) => webhooks.switchOnWebhook(tx, 'whk_a'),
    gives: false,
  },
  {
    store: 'webhooks',
    statement: 'updateWebhook',
    of: 'of what is a stream',
    run: (tx) => webhooks.updateWebhook(tx, 'str_poll', { name: 'n', url: null, events: null }),
    gives: false,
  },
  {
    store: 'webhooks',
    statement: 'deleteWebhook',
    of: 'of what is a stream',
    run: (tx) => webhooks.deleteWebhook(tx, 'str_poll'),
  },
  {
    store: 'webhooks',
    statement: 'deleteWebhook',
    run: (tx) => webhooks.deleteWebhook(tx, 'whk_b'),
    gives: 'whk_b',
    changes: [
      '- webhook_deliveries msg_b1',
      '- webhook_deliveries msg_b2',
      '- webhook_secrets whs_b1',
      '- webhooks whk_b',
    ],
  },
  {
    store: 'webhooks',
    statement: 'findDueWebhooks',
    run: (tx) => webhooks.findDueWebhooks(tx, now, 9),
    gives: ['whk_a'],
  },
  {
    store: 'webhooks',
    statement: 'findDueWebhooks',
    of: 'of which nothing waits any more',
    async run(tx) {
      await tx.query("UPDATE webhook_deliveries SET state = 'dead' WHERE id = 'msg_a1'")
      return webhooks.findDueWebhooks(tx, now, 9)
    },
    gives: [],
    changes: ['webhook_deliveries msg_a1: state=dead'],
  },
  {
    store: 'webhooks',
    statement: 'leaseWebhook',
    run: (tx) => webhooks.leaseWebhook(tx, 'whk_a', now, 2000),
    gives: 'whk_a',
    changes: ['webhooks whk_a: leased_until=2000'],
  },
  ...['whk_b', 'whk_c'].map(
    (id): Row => ({
      ...{ store: 'webhooks', statement: 'leaseWebhook', of: `of ${id}` },
      run: (tx) => webhooks.leaseWebhook(tx, id, now, 2000),
    }),
  ),
  {
    store: 'webhooks',
    statement: 'releaseWebhook',
    run: (tx) => webhooks.releaseWebhook(tx, 'whk_c', 1001, now),
    changes: ['webhooks whk_c: leased_until=1000'],
  },
  {
    store: 'webhooks',
    statement: 'releaseWebhook',
    of: 'that another has meanwhile',
    run: (tx) => webhooks.releaseWebhook(tx, 'whk_c', 1002, now),
  },
  ...(['success', 'failure'] as const).map(
    (outcome): Row => ({
      ...{ store: 'webhooks', statement: 'noteOutcome', of: `of ${outcome}` },
      run: (tx) => webhooks.noteOutcome(tx, 'whk_a', outcome, now),
      changes: [`webhooks whk_a: last_${outcome}_at=1000`],
    }),
  ),
  {
    store: 'webhooks',
    statement: 'findReceiver',
    run: async (tx) => [
      (await webhooks.findReceiver(tx, 'str_poll'))?.kind,
      // Of an administrator.
      await webhooks.findReceiver(tx, 'whk_a'),
    ],
    gives: ['poll', undefined],
  },
  {
    store: 'webhooks',
    statement: 'keepReceiver',
    run: (tx) => webhooks.keepReceiver(tx, { id: 'cli_new', kind: 'logout', url: 'u', off_at: null }, now),
    changes: [
      '+ webhooks cli_new: id=cli_new name= url=u events= created_at=1000 leased_until=0 kind=logout',
    ],
  },
  {
    store: 'webhooks',
    statement: 'keepReceiver',
    of: 'that there is',
    run: (tx) => webhooks.keepReceiver(tx, { id: 'str_held', kind: 'stream', url: 'u', off_at: null }, now),
    changes: ['webhooks str_held: url=u off_at=null'],
  },
  {
    store: 'webhooks',
    statement: 'deleteReceiver',
    run: (tx) => webhooks.deleteReceiver(tx, 'str_held'),
    changes: ['- webhook_deliveries msg_h1', '- webhooks str_held'],
  },
  {
    store: 'webhooks',
    statement: 'deleteReceiver',
    of: 'of an administrator',
    run: (tx) => webhooks.deleteReceiver(tx, 'whk_a'),
  },
  {
    store: 'webhooks',
    statement: 'findIdleReceivers',
    run: async (tx) => [
      await webhooks.findIdleReceivers(tx, 'logout', '', 9),
      await webhooks.findIdleReceivers(tx, 'logout', 'cli_idle', 9),
      await webhooks.findIdleReceivers(tx, 'poll', '', 9),
    ],
    gives: [['cli_idle'], [], []],
  },
  {
    store: 'webhooks/secrets',
    statement: 'insertSecret',
    run: (tx) =>
      webhookSecrets.insertSecret(tx, {
        ...{ id: 'whs_new', webhook: 'whk_a', secret_sealed: 's', created_at: now, ends_at: null },
      }),
    changes: ['+ webhook_secrets whs_new: id=whs_new webhook=whk_a secret_sealed=s created_at=1000'],
  },
  {
    store: 'webhooks/secrets',
    statement: 'findSecrets',
    run: (tx) => webhookSecrets.findSecrets(tx, now),
    gives: ['whs_b1', 'whs_a3', 'whs_a2'],
  },
  {
    store: 'webhooks/secrets',
    statement: 'findSecrets',
    of: 'of one webhook',
    run: (tx) => webhookSecrets.findSecrets(tx, now, 'whk_a'),
    gives: ['whs_a3', 'whs_a2'],
  },
  {
    store: 'webhooks/secrets',
    statement: 'endSecrets',
    run: (tx) => webhookSecrets.endSecrets(tx, 'whk_a', now, 3000),
    changes: ['webhook_secrets whs_a2: ends_at=1000', 'webhook_secrets whs_a3: ends_at=3000'],
  },
  {
    store: 'webhooks/secrets',
    statement: 'endSecrets',
    of: 'a while after the first has ended, which does not end again',
    run: (tx) => webhookSecrets.endSecrets(tx, 'whk_a', 1001, 3000),
    changes: ['webhook_secrets whs_a3: ends_at=3000'],
  },
  {
    store: 'webhooks/secrets',
    statement: 'sweepSecrets',
    run: (tx) => webhookSecrets.sweepSecrets(tx, now),
    changes: ['- webhook_secrets whs_a1'],
  },
  {
    store: 'webhooks/secrets',
    statement: 'findSealedWebhookSecrets',
    run: (tx) => webhookSecrets.findSealedWebhookSecrets(tx, 'whs_a1', 2),
    gives: ['whs_a2', 'whs_a3'],
  },
  {
    store: 'webhooks/secrets',
    statement: 'replaceSealedWebhookSecret',
    run: (tx) => webhookSecrets.replaceSealedWebhookSecret(tx, { id: 'whs_a2', sealed: 'of whs_a2' }, 'anew'),
    gives: true,
    changes: ['webhook_secrets whs_a2: secret_sealed=anew'],
  },
  {
    store: 'webhooks/secrets',
    statement: 'replaceSealedWebhookSecret',
    of: 'where another one has what was read',
    run: (tx) => webhookSecrets.replaceSealedWebhookSecret(tx, { id: 'whs_a2', sealed: 'of whs_a3' }, 'anew'),
    gives: false,
  },
  {
    store: 'webhooks/deliveries',
    statement: 'insertDeliveries',
    run: (tx) =>
      webhookDeliveries.insertDeliveries(tx, [
        {
          ...{ id: 'msg_new', webhook: 'whk_a', type: 't.t', subject: 's', also: null, body: '{}' },
          ...{ created_at: now, state: 'waiting', attempts: 0, next_at: now, until_at: 2000 },
        },
      ]),
    changes: [
      '+ webhook_deliveries msg_new: id=msg_new webhook=whk_a type=t.t subject=s body={} created_at=1000 state=waiting attempts=0 next_at=1000 until_at=2000',
    ],
  },
  {
    store: 'webhooks/deliveries',
    statement: 'countDeliveries',
    run: async (tx) =>
      (await webhookDeliveries.countDeliveries(tx)).map(
        ({ webhook, state, count }) => `${webhook} ${state} ${count}`,
      ),
    gives: ['whk_a dead 2', 'whk_a waiting 2', 'whk_b waiting 1', 'whk_c waiting 1'],
  },
  {
    store: 'webhooks/deliveries',
    statement: 'findDueDeliveries',
    run: (tx) => webhookDeliveries.findDueDeliveries(tx, 'whk_a', now, 9),
    gives: ['msg_a1'],
  },
  {
    store: 'webhooks/deliveries',
    statement: 'beginAttempt',
    run: (tx) => webhookDeliveries.beginAttempt(tx, { id: 'msg_a1', attempts: 1 }, now, 2000),
    gives: true,
    changes: ['webhook_deliveries msg_a1: attempts=2 next_at=2000 attempted_at=1000'],
  },
  ...(
    [
      ['that another has begun', 'msg_a1', 0],
      ['of what is delivered', 'msg_a3', 1],
    ] as const
  ).map(
    ([of, id, attempts]): Row => ({
      ...{ store: 'webhooks', statement: 'beginAttempt', of, gives: false },
      run: (tx) => webhookDeliveries.beginAttempt(tx, { id, attempts }, now, 2000),
    }),
  ),
  {
    store: 'webhooks/deliveries',
    statement: 'endAttempt',
    run: (tx) =>
      webhookDeliveries.endAttempt(tx, 'msg_a1', 1, {
        ...{ state: 'dead', nextAt: 2000, status: 500, error: 'e', endedAt: now },
      }),
    gives: true,
    changes: [
      'webhook_deliveries msg_a1: state=dead next_at=2000 last_status=500 last_error=e ended_at=1000',
    ],
  },
  ...(
    [
      ['of an attempt that another followed', 'msg_a1', 0],
      ['of what is delivered', 'msg_a3', 1],
    ] as const
  ).map(
    ([of, id, attempts]): Row => ({
      ...{ store: 'webhooks', statement: 'endAttempt', of, gives: false },
      run: (tx) =>
        webhookDeliveries.endAttempt(tx, id, attempts, {
          ...{ state: 'dead', nextAt: 2000, status: 500, error: 'e', endedAt: now },
        }),
    }),
  ),
  {
    store: 'webhooks/deliveries',
    statement: 'findDelivery',
    run: (tx) => webhookDeliveries.findDelivery(tx, 'whk_a', 'msg_a1'),
    gives: 'msg_a1',
  },
  {
    store: 'webhooks/deliveries',
    statement: 'findDelivery',
    of: 'of another webhook',
    run: (tx) => webhookDeliveries.findDelivery(tx, 'whk_b', 'msg_a1'),
  },
  {
    store: 'webhooks/deliveries',
    statement: 'findDeliveries',
    run: (tx) => webhookDeliveries.findDeliveries(tx, 'whk_a', { before: 'msg_a5' }, 9),
    gives: ['msg_a4', 'msg_a3', 'msg_a2', 'msg_a1'],
  },
  {
    store: 'webhooks/deliveries',
    statement: 'findDeliveries',
    of: 'of a state',
    run: (tx) => webhookDeliveries.findDeliveries(tx, 'whk_a', { state: 'dead' }, 9),
    gives: ['msg_a5', 'msg_a4'],
  },
  {
    store: 'webhooks/deliveries',
    statement: 'replayDelivery',
    run: (tx) => webhookDeliveries.replayDelivery(tx, 'whk_a', 'msg_a4', { now, untilAt: 3000 }),
    gives: true,
    changes: ['webhook_deliveries msg_a4: state=waiting attempts=0 until_at=3000 ended_at=null'],
  },
  ...(
    [
      ['that waits', 'whk_a', 'msg_a1'],
      ['of another webhook', 'whk_b', 'msg_a4'],
    ] as const
  ).map(
    ([of, webhook, id]): Row => ({
      ...{ store: 'webhooks', statement: 'replayDelivery', of, gives: false },
      run: (tx) => webhookDeliveries.replayDelivery(tx, webhook, id, { now, untilAt: 3000 }),
    }),
  ),
  {
    store: 'webhooks/deliveries',
    statement: 'replayDead',
    run: (tx) => webhookDeliveries.replayDead(tx, 'whk_a', 2, { now, untilAt: 3000 }),
    gives: 1,
    changes: ['webhook_deliveries msg_a5: state=waiting attempts=0 until_at=3000 ended_at=null'],
  },
  {
    store: 'webhooks/deliveries',
    statement: 'buryOverdue',
    run: (tx) => webhookDeliveries.buryOverdue(tx, 2000),
    changes: ['webhook_deliveries msg_b1: state=dead last_error=webhook_off ended_at=2000'],
  },
  {
    store: 'webhooks/deliveries',
    statement: 'deleteDeliveriesEndedBefore',
    run: (tx) => webhookDeliveries.deleteDeliveriesEndedBefore(tx, 900),
    changes: ['- webhook_deliveries msg_a3'],
  },
  {
    store: 'webhooks/deliveries',
    statement: 'countWaiting',
    run: async (tx) => [
      await webhookDeliveries.countWaiting(tx, 'whk_a', 9),
      await webhookDeliveries.countWaiting(tx, 'whk_a', 1),
      await webhookDeliveries.countWaiting(tx, 'whk_none', 9),
    ],
    gives: [2, 1, 0],
  },
  {
    store: 'webhooks/deliveries',
    statement: 'deleteDeliveries',
    run: (tx) => webhookDeliveries.deleteDeliveries(tx, 'str_poll', ['msg_p1', 'msg_a1', 'msg_none']),
    gives: ['msg_p1'],
    changes: ['- webhook_deliveries msg_p1'],
  },
  {
    store: 'webhooks/deliveries',
    statement: 'deleteUnfetched',
    run: async (tx) =>
      (await webhookDeliveries.deleteUnfetched(tx, now)).map(({ webhook, count }) => [webhook, count]).sort(),
    gives: [
      ['str_held', 1],
      ['str_poll', 1],
    ],
    changes: ['- webhook_deliveries msg_h1', '- webhook_deliveries msg_p1'],
  },
  {
    store: 'webhooks/deliveries',
    statement: 'deleteUnfetched',
    of: 'when that of a webhook is overdue as well',
    run: async (tx) => (await webhookDeliveries.deleteUnfetched(tx, 2000)).length,
    gives: 2,
    changes: ['- webhook_deliveries msg_h1', '- webhook_deliveries msg_p1', '- webhook_deliveries msg_p2'],
  },
  {
    store: 'webhooks/deliveries',
    statement: 'forgetDeliveriesAbout',
    run: (tx) => webhookDeliveries.forgetDeliveriesAbout(tx, 'usr_ada'),
    changes: ['- webhook_deliveries msg_a2', '- webhook_deliveries msg_a3'],
  },
  {
    store: 'webhooks',
    statement: 'forgetCreator',
    run: (tx) => webhooks.forgetCreator(tx, 'usr_ada'),
    changes: ['webhooks whk_a: created_by=null'],
  },
  {
    ...{ store: 'webhooks', statement: 'findWebhook', of: 'of a stream' },
    run: (tx) => webhooks.findWebhook(tx, 'str_poll'),
  },
  {
    ...{ store: 'webhooks', statement: 'switchOffWebhook', of: 'of a stream', gives: false },
    run: (tx) => webhooks.switchOffWebhook(tx, 'str_poll', 'gone', now),
  },
  {
    ...{ store: 'webhooks', statement: 'switchOnWebhook', of: 'of a stream', gives: false },
    run: (tx) => webhooks.switchOnWebhook(tx, 'str_held'),
  },
  {
    ...{ store: 'webhooks', statement: 'releaseWebhook', of: 'that is held until another moment' },
    run: (tx) => webhooks.releaseWebhook(tx, 'whk_c', now, 5),
  },
  ...(
    [
      [{ before: 'msg_b9' }, ['msg_b2', 'msg_b1']],
      [{ state: 'waiting' }, ['msg_b1']],
    ] as const
  ).map(
    ([filter, gives]): Row => ({
      ...{ store: 'webhooks/deliveries', statement: 'findDeliveries', gives },
      of: `of another webhook, by ${JSON.stringify(filter)}`,
      run: (tx) => webhookDeliveries.findDeliveries(tx, 'whk_b', filter, 9),
    }),
  ),
  {
    ...{ store: 'webhooks/deliveries', statement: 'replayDelivery', of: 'that was due long ago' },
    before: (tx) => tx.query("UPDATE webhook_deliveries SET next_at = 5 WHERE id = 'msg_a4'"),
    run: (tx) => webhookDeliveries.replayDelivery(tx, 'whk_a', 'msg_a4', { now, untilAt: 3000 }),
    gives: true,
    changes: ['webhook_deliveries msg_a4: state=waiting attempts=0 next_at=1000 until_at=3000 ended_at=null'],
  },
  {
    ...{
      store: 'webhooks/deliveries',
      statement: 'replayDead',
      of: 'beside one of another, and one that waits',
    },
    before: async (tx) => {
      await tx.query("UPDATE webhook_deliveries SET next_at = 5 WHERE id = 'msg_a5'")
      await tx.query("UPDATE webhook_deliveries SET created_at = 3 WHERE id = 'msg_a1'")
      await tx.query("UPDATE webhook_deliveries SET created_at = 3, state = 'dead' WHERE id = 'msg_b2'")
    },
    run: (tx) => webhookDeliveries.replayDead(tx, 'whk_a', 2, { now, untilAt: 3000 }),
    gives: 1,
    changes: ['webhook_deliveries msg_a5: state=waiting attempts=0 next_at=1000 until_at=3000 ended_at=null'],
  },
  {
    ...{ store: 'webhooks/deliveries', statement: 'buryOverdue', of: 'where none is overdue' },
    run: (tx) => webhookDeliveries.buryOverdue(tx, 1999),
  },
  {
    ...{ store: 'webhooks/deliveries', statement: 'deleteUnfetched', of: 'beside one that was fetched' },
    before: (tx) => tx.query("UPDATE webhook_deliveries SET state = 'delivered' WHERE id = 'msg_p1'"),
    run: async (tx) => (await webhookDeliveries.deleteUnfetched(tx, now)).map(({ webhook }) => webhook),
    gives: ['str_held'],
    changes: ['- webhook_deliveries msg_h1'],
  },
]
