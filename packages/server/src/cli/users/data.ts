import { once } from 'node:events'
import { downloadDataOf } from '../../accounts/data/data.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { userNamed } from './named.ts'

/** Print all that is held about a user, as JSON. */
export async function run({ args: [username = ''] }: Given): Promise<void> {
  await withApp(async (app) => {
    const { id } = await userNamed(app, username)
    for await (const text of await downloadDataOf(app, operator, id)) {
      if (!process.stdout.write(text)) await once(process.stdout, 'drain')
    }
  })
}
