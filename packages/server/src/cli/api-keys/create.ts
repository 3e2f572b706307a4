import { createKeyFor } from '../../api-keys/make.ts'
import { madeApiKeyView } from '../../api-keys/views.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { secondsIn } from '../services/rules.ts'
import { userNamed } from '../users/named.ts'

interface Options {
  readonly scope: readonly string[]
  readonly audience?: string
  readonly endsIn?: string
}

export async function run({
  args: [username = '', name = ''],
  options,
  json,
}: Given<Options>): Promise<void> {
  const { scope: scopes, audience } = options
  const seconds = secondsIn('--ends-in', options.endsIn)
  await withApp(async (app) => {
    const { id } = await userNamed(app, username)
    const endsAtMs = seconds === undefined ? undefined : app.world.now() + seconds * 1000
    const given = { name, scopes, audience, endsAtMs }
    const made = madeApiKeyView.show(await createKeyFor(app.apiKeys.ground, operator, id, given))
    const lines = [
      `${username} has the API key ${made.id} until ${made.expires_at}. Its text, shown this once:`,
      `  ${made.key}`,
    ]
    createOutput(json).result(lines.join('\n'), made)
  })
}
