import { removeUserType } from '../../accounts/user-types/user-types.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'

interface Options {
  readonly replacement?: string
}

export async function run({ args: [name = ''], options, json }: Given<Options>): Promise<void> {
  const { replacement } = options
  await withApp(async (app) => {
    const { moved } = await removeUserType(app, operator, name, replacement)
    const people = replacement === undefined ? '' : ` ${moved} users are of type ${replacement} now.`
    createOutput(json).result(`The user type ${name} is removed.${people}`, { name, moved })
  })
}
