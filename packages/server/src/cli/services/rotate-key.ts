import { operator } from '../../identity.ts'
import { rotateSharedKey } from '../../services/shared-keys/shared-keys.ts'
import { newSharedKeyView } from '../../services/shared-keys/views.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { serviceNamed } from './named.ts'
import { secondsIn } from './rules.ts'

interface Options {
  readonly startsIn?: string
  readonly overlap?: string
}

export async function run({ args: [name = ''], options, json }: Given<Options>): Promise<void> {
  const rotation = {
    startsInSeconds: secondsIn('--starts-in', options.startsIn),
    overlapSeconds: secondsIn('--overlap', options.overlap),
  }
  await withApp(async (app) => {
    const { id } = await serviceNamed(app, name)
    const made = newSharedKeyView.show(await rotateSharedKey(app, operator, id, rotation))
    const lines = [
      `${name} has the key ${made.kid} (${made.algorithm}). Its secret, shown this once:`,
      `  ${made.secret}`,
      `It signs from ${made.starts_at} on.`,
      ...(made.previous_ends_at === null
        ? []
        : [`The key before it is good until ${made.previous_ends_at}: take it away from the service then.`]),
    ]
    createOutput(json).result(lines.join('\n'), made)
  })
}
