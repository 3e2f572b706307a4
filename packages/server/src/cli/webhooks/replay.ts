import { operator } from '../../identity.ts'
import { replayOne, replaySince } from '../../webhooks/deliveries/deliveries.ts'
import { deliveryView } from '../../webhooks/views.ts'
import type { Given } from '../given.ts'
import { momentOption } from '../moment.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { WrongUse } from '../wrong-use.ts'
import { webhookNamed } from './named.ts'

interface Options {
  readonly since?: string
}

export async function run({ args: [name = '', delivery], options, json }: Given<Options>): Promise<void> {
  const since = momentOption({ ...options }, 'since', '--since')
  if ((delivery === undefined) === (since === undefined))
    throw new WrongUse('name a delivery, or say --since')
  await withApp(async (app) => {
    const { ground } = app.webhooks
    const { id } = await webhookNamed(app, name)
    if (delivery !== undefined) {
      const shown = deliveryView.show(await replayOne(ground, operator, id, delivery))
      createOutput(json).result(`${delivery} waits again.`, shown)
      return
    }
    const deliveries = await replaySince(ground, operator, id, since ?? 0)
    createOutput(json).result(`${deliveries} deliveries wait again.`, { deliveries })
  })
}
