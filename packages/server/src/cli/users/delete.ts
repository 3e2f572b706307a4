import { longestGraceDays, scheduleDeletion } from '../../accounts/deletion/deletion.ts'
import { timestamp } from '../../http/schema.ts'
import { operator } from '../../identity.ts'
import { wholeText } from '../../whole-text.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { WrongUse } from '../wrong-use.ts'
import { userNamed } from './named.ts'

const daysForm = wholeText(/\d{1,3}/)

interface Options {
  readonly graceDays: string
}

export async function run({ args: [username = ''], options, json }: Given<Options>): Promise<void> {
  const days = Number(options.graceDays)
  if (!daysForm.test(options.graceDays) || days > longestGraceDays) {
    throw new WrongUse(`--grace-days takes a whole number from 0 to ${longestGraceDays}`)
  }
  await withApp(async (app) => {
    const user = await userNamed(app, username)
    const at = timestamp(await scheduleDeletion(app, operator, user.id, days))
    createOutput(json).result(
      `${user.username} is disabled, and will be deleted at ${at}; until then latchkey users undelete keeps them.`,
      { id: user.id, delete_at: at },
    )
  })
}
