import { createService } from '../../clients/services.ts'
import { operator } from '../../identity.ts'
import { isPermission, permissionNames } from '../../permissions.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'

export async function run({ args: [name = ''], options, json }: Given): Promise<void> {
  const given = Array.isArray(options.scope) ? options.scope.map(String) : []
  const scopes = given.filter(isPermission)
  const unknown = given.find((scope) => !isPermission(scope))
  if (unknown !== undefined)
    throw new Error(`${unknown} is no permission; there are ${permissionNames.join(', ')}`)
  await withApp(async (app) => {
    const { service, secret } = await createService(app, operator, { name, scopes })
    const text = `${name} is ${service.id}. Its secret, shown this once:\n  ${secret}`
    createOutput(json).result(text, { id: service.id, name, secret, scope: scopes.join(' ') })
  })
}
