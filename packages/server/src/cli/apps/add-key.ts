import { appAlgorithms } from '../../apps/key-form.ts'
import { addAppKey } from '../../apps/keys.ts'
import { appKeyView } from '../../apps/views.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { readNamed } from '../token/input.ts'
import { WrongUse } from '../wrong-use.ts'
import { appNamed } from './named.ts'

interface Options {
  readonly key: string
  readonly algorithm: string
}

export async function run({ args: [name = '', kid = ''], options, json }: Given<Options>): Promise<void> {
  const algorithm = appAlgorithms.find((one) => one === options.algorithm)
  if (algorithm === undefined) throw new WrongUse(`--algorithm is one of ${appAlgorithms.join(', ')}`)
  const key = keyIn(readNamed(options.key, '--key'))
  await withApp(async (app) => {
    const { id } = await appNamed(app, name)
    const row = await addAppKey(app.apps.ground, operator, id, { kid, algorithm, key })
    createOutput(json).result(`${name} may sign by ${kid} (${algorithm}).`, appKeyView.show(row))
  })
}

/** PEM stays text; of a JWK it is said what is wrong with it where it is read. */
function keyIn(text: string): string | Record<string, unknown> {
  if (!text.trimStart().startsWith('{')) return text
  try {
    return JSON.parse(text) as Record<string, unknown> // it begins as an object
  } catch {
    throw new WrongUse('the key begins as JSON, and is none')
  }
}
