import { registerApplication } from '../../applications/registered.ts'
import { applicationTypes } from '../../applications/store.ts'
import { applicationView } from '../../applications/views.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { oneOf } from '../services/rules.ts'
import { type Facts, factsIn } from './facts.ts'

interface Options extends Facts {
  readonly type: string
}

export async function run({ args: [name = ''], options, json }: Given<Options>): Promise<void> {
  const given = { name, type: oneOf('--type', applicationTypes, options.type), ...factsIn(options) }
  await withApp(async ({ applications: { ground } }) => {
    const { application, secret = null } = await registerApplication(ground, operator, given)
    const shown = secret === null ? '' : ` Its secret, shown this once:\n  ${secret}`
    const text = `${name} is ${application.id}.${shown}`
    createOutput(json).result(text, { ...applicationView.show(application), secret })
  })
}
