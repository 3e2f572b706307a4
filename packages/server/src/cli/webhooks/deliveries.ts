import { deliveryStates, findDeliveries } from '../../webhooks/deliveries/store.ts'
import { deliveryView } from '../../webhooks/views.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { countIn, oneOf } from '../options.ts'
import { createOutput, table } from '../output.ts'
import { webhookNamed } from './named.ts'

interface Options {
  readonly state?: string
  readonly limit: string
}

export async function run({ args: [name = ''], options, json }: Given<Options>): Promise<void> {
  const state = oneOf('--state', deliveryStates, options.state)
  const limit = countIn('--limit', options.limit)
  await withApp(async (app) => {
    const { id } = await webhookNamed(app, name)
    const found = (await findDeliveries(app.db, id, { state }, limit)).map(deliveryView.show)
    const rows = found.map((one) => [
      ...[one.id, one.type, one.state, String(one.attempts), one.created_at],
      one.last_status === null ? (one.last_error ?? '-') : String(one.last_status),
    ])
    createOutput(json).result(table(['DELIVERY', 'TYPE', 'IS', 'ATTEMPTS', 'SINCE', 'ANSWER'], rows), found)
  })
}
