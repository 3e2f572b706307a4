import { listWebhooksOf } from '../../webhooks/registered.ts'
import { webhookView } from '../../webhooks/views.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'

export async function run({ json }: Given): Promise<void> {
  await withApp(async ({ webhooks }) => {
    const found = (await listWebhooksOf(webhooks.ground)).map(webhookView.show)
    const rows = found.map((one) => [
      ...[one.id, one.name, one.on ? 'on' : `off, ${one.off_reason}`],
      ...[String(one.waiting), String(one.dead), one.events.join(' '), one.url],
    ])
    createOutput(json).result(
      table(['WEBHOOK', 'NAME', 'IS', 'WAITING', 'DEAD', 'EVENTS', 'URL'], rows),
      found,
    )
  })
}
