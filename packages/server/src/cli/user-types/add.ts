import { createUserType } from '../../accounts/user-types/user-types.ts'
import { userTypeView } from '../../accounts/user-types/views.ts'
import { operator } from '../../identity.ts'
import { permissionsNamed } from '../../permissions.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'

interface Options {
  readonly description: string
  readonly permission?: readonly string[]
}

export async function run({ args: [name = ''], options, json }: Given<Options>): Promise<void> {
  const permissions = permissionsNamed(options.permission ?? [])
  await withApp(async (app) => {
    const { description } = options
    const type = await createUserType(app, operator, { name, description, permissions })
    const held = type.permissions.join(', ') || 'no permissions'
    createOutput(json).result(`There is a user type ${name} now: ${held}.`, userTypeView.show(type))
  })
}
