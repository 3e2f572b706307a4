import { operator } from '../../identity.ts'
import { sendTest } from '../../webhooks/deliveries/deliveries.ts'
import { deliveryView } from '../../webhooks/views.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { webhookNamed } from './named.ts'

export async function run({ args: [name = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const { id } = await webhookNamed(app, name)
    const tried = deliveryView.show(await sendTest(app.webhooks.ground, operator, id))
    const came = tried.last_status === null ? tried.last_error : `it answered ${tried.last_status}`
    if (tried.state !== 'delivered') throw new Error(`${name} did not take the message: ${came}`)
    createOutput(json).result(`${name} took the message: ${came}.`, tried)
  })
}
