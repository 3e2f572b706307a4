import { changeUserType } from '../../accounts/user-types/user-types.ts'
import { userTypeView } from '../../accounts/user-types/views.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'

export async function run({ args: [name = '', newName = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const type = await changeUserType(app, operator, name, { name: newName })
    createOutput(json).result(`The user type ${name} is called ${newName} now.`, userTypeView.show(type))
  })
}
