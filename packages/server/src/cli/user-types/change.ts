import { findUserType } from '../../accounts/user-types/store.ts'
import { changeUserType } from '../../accounts/user-types/user-types.ts'
import { userTypeView } from '../../accounts/user-types/views.ts'
import { operator } from '../../identity.ts'
import { permissionsNamed } from '../../permissions.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { WrongUse } from '../wrong-use.ts'

interface Options {
  readonly description?: string
  readonly permission?: readonly string[]
  readonly allow?: readonly string[]
  readonly forbid?: readonly string[]
}

export async function run({ args: [name = ''], options, json }: Given<Options>): Promise<void> {
  const { description } = options
  const allowed = permissionsNamed(options.allow ?? [])
  const forbidden = permissionsNamed(options.forbid ?? [])
  const whole = options.permission && permissionsNamed(options.permission)
  if (whole && allowed.length + forbidden.length > 0) {
    throw new WrongUse('--permission says all that the type permits: give it alone, or --allow and --forbid')
  }
  await withApp(async (app) => {
    const before = await findUserType(app.db, name)
    const permissions =
      whole ?? (before && [...before.permissions, ...allowed].filter((one) => !forbidden.includes(one)))
    // What was read is what is changed: somebody else may change the type at the same moment.
    const type = await changeUserType(
      app,
      operator,
      name,
      { description, permissions },
      before && [before.version],
    )
    const held = type.permissions.join(', ') || 'no permissions'
    createOutput(json).result(`The user type ${name} permits now: ${held}.`, userTypeView.show(type))
  })
}
