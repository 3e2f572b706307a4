import { operator } from '../../identity.ts'
import { changeWebhook } from '../../webhooks/registered.ts'
import { webhookView } from '../../webhooks/views.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { WrongUse } from '../wrong-use.ts'
import { webhookNamed } from './named.ts'

interface Options {
  readonly name?: string
  readonly url?: string
  readonly event?: readonly string[]
  readonly on?: boolean
  readonly off?: boolean
}

export async function run({ args: [named = ''], options, json }: Given<Options>): Promise<void> {
  const { name, url, event: events, on, off } = options
  if (on && off) throw new WrongUse('--on and --off cannot both be')
  const isOn = on || off ? on === true : undefined
  if (name === undefined && url === undefined && events === undefined && isOn === undefined) {
    throw new WrongUse('say what is to change, such as --on')
  }
  await withApp(async (app) => {
    const { id } = await webhookNamed(app, named)
    const changed = webhookView.show(
      await changeWebhook(app.webhooks.ground, operator, id, { name, url, events, isOn }),
    )
    createOutput(json).result(`${changed.name} is ${changed.on ? 'on' : 'off'}.`, changed)
  })
}
