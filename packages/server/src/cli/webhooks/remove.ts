import { operator } from '../../identity.ts'
import { removeWebhook } from '../../webhooks/registered.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { webhookNamed } from './named.ts'

export async function run({ args: [name = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const { id } = await webhookNamed(app, name)
    await removeWebhook(app.webhooks.ground, operator, id)
    createOutput(json).result(`${name} is removed.`, { removed: id })
  })
}
