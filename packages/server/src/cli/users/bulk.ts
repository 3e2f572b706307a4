import { text } from 'node:stream/consumers'
import { actOnEach, type BulkAction, bulkActions, type Chosen } from '../../accounts/bulk/bulk.ts'
import { longestGraceDays } from '../../accounts/deletion/deletion.ts'
import { invitationLink } from '../../accounts/invitations/invitations.ts'
import { findUserByName } from '../../accounts/users/store.ts'
import { usernameKey } from '../../accounts/users/username-key.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'
import { createProgress } from '../progress.ts'
import { WrongUse } from '../wrong-use.ts'

interface Options {
  readonly type?: string
  readonly graceDays?: string
}

/** Do the same to each user whose name comes by standard input, one a line. The exit status is 1 if one was refused. */
export async function run({ args: [name = ''], options, json }: Given<Options>): Promise<void> {
  const action = actionOf(name, options)
  const names = [...new Set((await text(process.stdin)).split(/\r?\n/).filter((line) => line.trim() !== ''))]
  if (names.length === 0) throw new WrongUse('the names of users come by standard input, one a line')
  await withApp(async (app) => {
    const people: Chosen[] = []
    for (const username of names) {
      const user = await findUserByName(app.db, usernameKey(username))
      // Of one that there is not, the report has the name as it was given.
      people.push({ id: user?.id ?? '', username: user?.username ?? username })
    }
    const progress = createProgress(json)
    const report: Reported[] = []
    for await (const outcome of actOnEach(app, operator, action, people)) {
      const { id, username } = outcome
      const result = outcome.kind === 'refused' ? outcome.code : 'done'
      const detail = outcome.kind === 'refused' ? outcome.detail : ''
      const link = outcome.kind === 'done' && outcome.invitation?.secret
      report.push({
        ...{ id, username, result, detail },
        ...(link && { link: invitationLink(app.config.issuer, link) }),
      })
      progress.show(report.length / people.length, `${report.length} of ${people.length}`)
    }
    progress.end()
    const rows = report.map(({ username, result, detail, link }) => [username ?? '', result, link ?? detail])
    createOutput(json).result(table(['USER', 'RESULT', 'DETAIL'], rows), report)
    if (report.some(({ result }) => result !== 'done')) process.exitCode = 1
  })
}

interface Reported {
  readonly id: string
  readonly username: string | null
  /** `done`, or the code of the refusal. */
  readonly result: string
  readonly detail: string
  readonly link?: string
}

/** @throws {WrongUse} */
function actionOf(name: string, { type, graceDays }: Options): BulkAction {
  const kind = bulkActions.find((one) => one === name.replace('-', '_'))
  if (kind === undefined) {
    throw new WrongUse(`an action is one of ${bulkActions.map((one) => one.replace('_', '-')).join(', ')}`)
  }
  if ((kind === 'set_type') !== (type !== undefined))
    throw new WrongUse('--type is for set-type, which needs it')
  if (kind !== 'delete' && graceDays !== undefined) throw new WrongUse('--grace-days is for delete')
  if (kind === 'set_type') return { kind, userType: type ?? '' }
  if (kind !== 'delete') return { kind }
  if (graceDays !== undefined && (!/^\d{1,3}$/.test(graceDays) || Number(graceDays) > longestGraceDays)) {
    throw new WrongUse(`--grace-days takes a whole number from 0 to ${longestGraceDays}`)
  }
  return { kind, graceDays: Number(graceDays ?? 30) }
}
