import { createService } from '../../clients/services.ts'
import { operator } from '../../identity.ts'
import { isPermission, permissionNames } from '../../permissions.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'

interface Options {
  readonly scope?: readonly string[]
}

export async function run({ args: [name = ''], options, json }: Given<Options>): Promise<void> {
  const given = options.scope ?? []
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
