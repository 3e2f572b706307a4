import { operator } from '../../identity.ts'
import { rotateOwnKeysIfFetched } from '../../services/own-keys/own-keys.ts'
import { serviceKeyView } from '../../services/own-keys/views.ts'
import { rotateSharedKey } from '../../services/shared-keys/shared-keys.ts'
import { newSharedKeyView } from '../../services/shared-keys/views.ts'
import { profileOf } from '../../tokens/profiles/choice.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { WrongUse } from '../wrong-use.ts'
import { serviceNamed } from './named.ts'
import { secondsIn } from './rules.ts'

interface Options {
  readonly startsIn?: string
  readonly overlap?: string
  readonly force?: boolean
}

/** Keys that are shared, or the service's own, as its profile says. */
export async function run({ args: [name = ''], options, json }: Given<Options>): Promise<void> {
  const rotation = {
    startsInSeconds: secondsIn('--starts-in', options.startsIn),
    overlapSeconds: secondsIn('--overlap', options.overlap),
  }
  await withApp(async (app) => {
    const { id, profile } = await serviceNamed(app, name)
    if (profileOf(profile).signing.key === 'own') {
      if (options.startsIn !== undefined || options.overlap !== undefined) {
        throw new WrongUse(
          '--starts-in and --overlap are for shared keys: the next of its own keys stands in its set already',
        )
      }
      const ground = { ...app, fetches: app.keys.ground.fetches }
      const rotated = await rotateOwnKeysIfFetched(ground, operator, id, options.force === true)
      const keys = rotated.map(serviceKeyView.show)
      const active = keys.find(({ status }) => status === 'active')
      const text = `Tokens for ${name} are signed by ${active?.kid} now. The key before verifies until its last token has ended.`
      createOutput(json).result(text, keys)
      return
    }
    const made = newSharedKeyView.show(await rotateSharedKey(app, operator, id, rotation))
    const lines = [
      `${name} has the key ${made.kid} (${made.algorithm}). Its secret, shown this once:`,
      `  ${made.secret}`,
      `It signs from ${made.starts_at} on.`,
      ...(made.previous_ends_at === null
        ? []
        : [`The key before it is good until ${made.previous_ends_at}: take it away from the service then.`]),
      ...(made.api_keys === 0 ? [] : [`${made.api_keys} API keys that it has signed end with it.`]),
    ]
    createOutput(json).result(lines.join('\n'), made)
  })
}
