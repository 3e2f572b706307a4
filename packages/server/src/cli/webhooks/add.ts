import { operator } from '../../identity.ts'
import { addWebhook } from '../../webhooks/registered.ts'
import { newSecretView } from '../../webhooks/views.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'

interface Options {
  readonly event: readonly string[]
}

export async function run({ args: [name = '', url = ''], options, json }: Given<Options>): Promise<void> {
  await withApp(async ({ webhooks }) => {
    const made = newSecretView.show(
      await addWebhook(webhooks.ground, operator, { name, url, events: options.event }),
    )
    const lines = [`${name} is ${made.id}. Its secret, shown this once:`, `  ${made.secret}`]
    createOutput(json).result(lines.join('\n'), made)
  })
}
