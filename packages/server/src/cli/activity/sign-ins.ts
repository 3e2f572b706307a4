import { findUsernames } from '../../accounts/users/store.ts'
import { outcomes } from '../../activity/events.ts'
import { collectSignIns, exportFormats, shownSignIn, writeSignIns } from '../../activity/sign-ins.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { oneOf } from '../options.ts'
import { createOutput, table } from '../output.ts'
import { userNamed } from '../users/named.ts'
import { WrongUse } from '../wrong-use.ts'

interface Options {
  readonly user?: string
  readonly outcome?: string
  readonly reason?: string
  readonly address?: string
  readonly limit: string
  readonly format?: string
}

export async function run({ options, json }: Given<Options>): Promise<void> {
  const { user, reason, address } = options
  const outcome = oneOf('--outcome', outcomes, options.outcome)
  const limit = Number(options.limit)
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
    throw new WrongUse('--limit takes a whole number from 1 to 10000')
  const format = exportFormats.find((one) => one === options.format)
  if (options.format !== undefined && format === undefined) throw new WrongUse('--format is csv or ndjson')
  await withApp(async (app) => {
    const { db } = app
    const subject = user === undefined ? undefined : (await userNamed(app, user)).id
    const filter = { subject, outcome, reason, address }
    const found = await collectSignIns(db, filter, limit, (ids) => findUsernames(db, ids))
    if (format !== undefined) {
      process.stdout.write(writeSignIns(found, format))
      return
    }
    const rows = found.map(shownSignIn)
    const cells = rows.map(
      ({ at, outcome, reason, username, subject, amr, factor, times, address, region }) => [
        at,
        reason === null ? outcome : `${outcome}: ${reason}`,
        username ?? subject ?? '-',
        factor ?? amr ?? '-',
        `${times}`,
        `${address ?? '-'}${region === null ? '' : ` (${region})`}`,
      ],
    )
    createOutput(json).result(table(['TIME', 'OUTCOME', 'USER', 'FACTOR', 'TIMES', 'FROM'], cells), rows)
  })
}
