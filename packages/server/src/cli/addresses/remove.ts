import { removeAddressOf } from '../../accounts/addresses/addresses.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { userNamed } from '../users/named.ts'
import { addressNamed } from './named.ts'

export async function run({ args: [username = '', typed = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const user = await userNamed(app, username)
    const { id, address } = await addressNamed(app, user.id, typed)
    await removeAddressOf(app, operator, user.id, id)
    createOutput(json).result(`${address} does not belong to ${username} any more.`, { id, address })
  })
}
