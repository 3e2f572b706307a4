import { createService } from '../../clients/services.ts'
import { operator } from '../../identity.ts'
import { permissionsNamed } from '../../permissions.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'

interface Options {
  readonly scope?: readonly string[]
}

export async function run({ args: [name = ''], options, json }: Given<Options>): Promise<void> {
  const scopes = permissionsNamed(options.scope ?? [])
  await withApp(async (app) => {
    const { service, secret } = await createService(app, operator, { name, scopes })
    const text = `${name} is ${service.id}. Its secret, shown this once:\n  ${secret}`
    createOutput(json).result(text, { id: service.id, name, secret, scope: scopes.join(' ') })
  })
}
