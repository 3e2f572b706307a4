import { operator } from '../../identity.ts'
import { rotateSecret } from '../../webhooks/registered.ts'
import { newSecretView } from '../../webhooks/views.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { secondsOf } from '../options.ts'
import { createOutput } from '../output.ts'
import { webhookNamed } from './named.ts'

interface Options {
  readonly overlap: string
}

export async function run({ args: [name = ''], options, json }: Given<Options>): Promise<void> {
  const overlap = secondsOf('--overlap', options.overlap)
  await withApp(async (app) => {
    const { id } = await webhookNamed(app, name)
    const made = newSecretView.show(await rotateSecret(app.webhooks.ground, operator, id, overlap))
    const lines = [
      `${name} has a new secret, shown this once:`,
      `  ${made.secret}`,
      `The one before signs beside it for ${options.overlap}.`,
    ]
    createOutput(json).result(lines.join('\n'), made)
  })
}
