import { grant } from '../../accounts/permissions/grants.ts'
import { grantView } from '../../accounts/permissions/views.ts'
import { operator } from '../../identity.ts'
import { permissionsNamed } from '../../permissions.ts'
import type { Given } from '../given.ts'
import { momentOption } from '../moment.ts'
import { withApp } from '../open.ts'
import { secondsOption, textOption } from '../options.ts'
import { createOutput } from '../output.ts'
import { WrongUse } from '../wrong-use.ts'
import { userNamed } from './named.ts'

const lastMomentMs = Date.parse('9999-12-31T23:59:59.999Z')

/** Grant or deny a permission, as two commands do. */
export async function grantOrDeny(
  { args: [username = '', name = ''], options, json }: Given,
  kind: 'grant' | 'denial',
): Promise<void> {
  const [permission] = permissionsNamed([name])
  const lastsSeconds = secondsOption(options, 'for', '--for')
  const end = momentOption(options, 'until', '--until')
  if (lastsSeconds !== undefined && end !== undefined) throw new WrongUse('give --until or --for, not both')
  await withApp(async (app) => {
    const { id } = await userNamed(app, username)
    const until = lastsSeconds === undefined ? (end ?? null) : endIn(lastsSeconds, app.world.now())
    const reason = textOption(options, 'reason') ?? ''
    const row = await grant(app, operator, id, { kind, permission: permission!, reason, until })
    const done = kind === 'grant' ? 'is granted' : 'is denied'
    const ends = until === null ? 'for good' : `until ${new Date(until).toISOString()}`
    createOutput(json).result(
      `${username} ${done} ${name} ${ends}: ${row.id}`,
      grantView.show([row, new Map()]),
    )
  })
}

/** @throws {WrongUse} for an end that RFC 3339 cannot write, whose years have four digits */
function endIn(seconds: number, now: number): number {
  const endMs = now + seconds * 1000
  if (endMs > lastMomentMs) throw new WrongUse('--for ends after the year 9999; leave it out for good')
  return endMs
}
