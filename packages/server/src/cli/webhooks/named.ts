import type { App } from '../../app.ts'
import { listWebhooksOf, type Webhook } from '../../webhooks/registered.ts'

/** @throws {Error} in one line if there is no webhook of this id or name, or several of the name */
export async function webhookNamed({ webhooks }: App, name: string): Promise<Webhook> {
  const all = await listWebhooksOf(webhooks.ground)
  const [found, ...more] = all.filter((webhook) => webhook.id === name || webhook.name === name)
  if (!found) throw new Error(`there is no webhook ${name}; latchkey webhooks list shows which there are`)
  if (more.length > 0) throw new Error(`several webhooks are called ${name}; name one by its id`)
  return found
}
