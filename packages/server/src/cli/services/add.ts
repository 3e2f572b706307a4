import { createService } from '../../clients/services.ts'
import { type Permission, permissionNames } from '../../permissions.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'

export async function run({ args: [name = ''], options, json }: Given): Promise<void> {
  const scopes = Array.isArray(options.scope) ? options.scope.map(String) : []
  const unknown = scopes.find((scope) => !permissionNames.includes(scope as Permission))
  if (unknown !== undefined)
    throw new Error(`${unknown} is no permission; there are ${permissionNames.join(', ')}`)
  await withApp(async (app) => {
    const { service, secret } = await createService(app, { name, scopes }, {})
    const text = `${name} is ${service.id}. Its secret, shown this once:\n  ${secret}`
    createOutput(json).result(text, { id: service.id, name, secret, scope: scopes.join(' ') })
  })
}
