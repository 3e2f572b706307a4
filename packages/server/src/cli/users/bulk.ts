import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { actOnEach, type BulkAction, bulkActions, type Chosen } from '../../accounts/bulk/bulk.ts'
import { longestGraceDays } from '../../accounts/deletion/deletion.ts'
import { invitationLink } from '../../accounts/invitations/invitations.ts'
import { findUserByName } from '../../accounts/users/store.ts'
import { usernameKey } from '../../accounts/users/username-key.ts'
import { operator } from '../../identity.ts'
import { wholeText } from '../../whole-text.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'
import { createProgress } from '../progress.ts'
import { WrongUse } from '../wrong-use.ts'

const daysForm = wholeText(/\d{1,3}/)

interface Options {
  readonly type?: string
  readonly graceDays?: string
  readonly report?: string
}

/**
 * Do the same to each user whose name comes by standard input, one a line. The exit status is 1 if one was refused. With a report, each outcome
 * is written there at once, and whoever it was done to according to it is left out: what was cut off goes on.
 */
export async function run({ args: [name = ''], options, json }: Given<Options>): Promise<void> {
  const action = actionOf(name, options)
  const before = options.report === undefined ? [] : doneIn(options.report, action.kind)
  const names = oncePerUser((await text(process.stdin)).split(/\r?\n/).filter((line) => line.trim() !== ''))
  if (names.length === 0) throw new WrongUse('the names of users come by standard input, one a line')
  await withApp(async (app) => {
    const people: Chosen[] = []
    const isDone = new Set(before.map(({ username }) => usernameKey(username ?? '')))
    for (const username of names.filter((name) => !isDone.has(usernameKey(name)))) {
      const user = await findUserByName(app.db, usernameKey(username))
      // Of one that there is not, the report has the name as it was given.
      people.push({ id: user?.id ?? '', username: user?.username ?? username })
    }
    const progress = createProgress(json)
    const report: Reported[] = [...before]
    let acted = 0
    for await (const outcome of actOnEach(app, operator, action, people)) {
      const { id, username } = outcome
      const result = outcome.kind === 'refused' ? outcome.code : 'done'
      const detail = outcome.kind === 'refused' ? outcome.detail : ''
      const link = outcome.kind === 'done' && outcome.invitation?.secret
      const row: Reported = {
        ...{ id, username, result, detail },
        ...(link && { link: invitationLink(app.config.issuer, link) }),
      }
      report.push(row)
      if (options.report !== undefined) note(options.report, { action: action.kind, ...row })
      acted += 1
      progress.show(acted / people.length, `${acted} of ${people.length}`)
    }
    progress.end()
    const rows = report.map(({ username, result, detail, link }) => [username ?? '', result, link ?? detail])
    createOutput(json).result(table(['USER', 'RESULT', 'DETAIL'], rows), report)
    if (report.some(({ result }) => result !== 'done')) process.exitCode = 1
  })
}

/** The first spelling of each name: a second invitation would end the first, whose link is printed as well. */
function oncePerUser(names: readonly string[]): readonly string[] {
  const byKey = new Map<string, string>()
  for (const name of names) if (!byKey.has(usernameKey(name))) byKey.set(usernameKey(name), name)
  return [...byKey.values()]
}

interface Reported {
  readonly id: string
  readonly username: string | null
  /** `done`, or the code of the refusal. */
  readonly result: string
  readonly detail: string
  readonly link?: string
}

/** At once, so that whatever ends the command loses nothing. A link is for the person whose it is. */
function note(file: string, row: Reported & { readonly action: string }): void {
  appendFileSync(file, `${JSON.stringify(row)}\n`, { mode: 0o600 })
}

/** To whom a report says that it was done. A line that was cut off says nothing. @throws {WrongUse} for a report of another action */
function doneIn(file: string, action: string): Reported[] {
  if (!existsSync(file)) return []
  const written = readFileSync(file, 'utf8')
  if (written !== '' && !written.endsWith('\n')) appendFileSync(file, '\n')
  const rows = written.split('\n').flatMap(rowIn)
  if (rows.some((row) => row.action !== action)) throw new WrongUse(`${file} is the report of another action`)
  return rows.filter(({ result }) => result === 'done').map(({ action: _, ...row }) => row)
}

function rowIn(line: string): (Reported & { readonly action: string })[] {
  try {
    return [JSON.parse(line)] // written by `note`
  } catch {
    return []
  }
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
  if (graceDays !== undefined && (!daysForm.test(graceDays) || Number(graceDays) > longestGraceDays)) {
    throw new WrongUse(`--grace-days takes a whole number from 0 to ${longestGraceDays}`)
  }
  return { kind, graceDays: Number(graceDays ?? 30) }
}
