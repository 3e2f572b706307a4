import { operator } from '../../identity.ts'
import { permissionsNamed } from '../../permissions.ts'
import { createService } from '../../services/registered.ts'
import { serviceView } from '../../services/views.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { type Rules, rulesIn } from './rules.ts'

export async function run({ args: [name = ''], options, json }: Given<Rules>): Promise<void> {
  const scopes = permissionsNamed(options.scope ?? [])
  const rules = rulesIn(options)
  await withApp(async (app) => {
    const { service, secret } = await createService(app, operator, { name, scopes, ...rules })
    const text = `${name} is ${service.id}. Its secret, shown this once:\n  ${secret}`
    createOutput(json).result(text, { ...serviceView.show(service), secret })
  })
}
