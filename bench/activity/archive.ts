import { archiveUntil } from '../../packages/server/src/activity/archive/archive.ts'
import { dropExpired } from '../../packages/server/src/activity/archive/retention.ts'
import type { Row } from '../benchmark.ts'
import type { FilledLog } from './fill.ts'

const quietSignIns = 1_000
const dayMs = 86_400_000
/** What is older is moved, and a part of that dropped: enough to see what both cost. */
export const archivedDays = 26
const keptDays = 28
/** So long moving is measured, and so long dropping: it rests nine times as long as it works. The rest is moved without. */
const measuredMs = 60_000

/** What it takes to move events to the archive, what they take there, and what moving and dropping do to those who sign in. */
export async function archiveRows(log: FilledLog): Promise<Row[]> {
  const { house, engine } = log
  const { app, world } = house
  const ben = await house.signedIn('ben')
  const signIn = async () => {
    const beganAt = performance.now()
    const { status } = await house.call('POST', '/v1/login', {
      body: { username: ben.username, password: ben.password },
    })
    if (status !== 200) throw new Error(`signing in was answered with ${status}`)
    return performance.now() - beganAt
  }
  const quiet: number[] = []
  for (let at = 0; at < quietSignIns; at += 1) quiet.push(await signIn())

  const during = async <Done>(work: Promise<Done>) => {
    const times: number[] = []
    let isOver = false
    const done = work.finally(() => {
      isOver = true
    })
    while (!isOver) times.push(await signIn())
    return { done: await done, times }
  }
  const openedAt = performance.now()
  // A step is as long as the clock says.
  const ticking = { ...world, now: () => world.now() + Math.floor(performance.now() - openedAt) }
  const ground = { ...app, world: ticking }
  const until = world.now() - archivedDays * dayMs
  const beganAt = performance.now()
  const moving = await during(archiveUntil(ground, until, { stopping: AbortSignal.timeout(measuredMs) }))
  const seconds = (performance.now() - beganAt) / 1000
  const cpu = process.cpuUsage()
  const rest = await archiveUntil(ground, until, { wait: async () => {} })
  const { user, system } = process.cpuUsage(cpu)
  const cost =
    rest === 0 ? '' : `; without rests ${((user + system) / rest).toFixed(0)} us of processor time an event`
  const [segments] = await app.db.query<{ bytes: number; events: number }>(
    'SELECT SUM(length(content) + length(places)) AS bytes, SUM(count) AS events FROM activity_segments',
  )
  const [names] = await app.db.query<{ count: number }>(
    'SELECT COUNT(*) AS count FROM activity_segment_names',
  )
  const events = Number(segments?.events)
  const bytes = Number(segments?.bytes) / events
  const retention = { connections: keptDays, devices: keptDays, sign_ins: keptDays }
  const dropping = await during(dropExpired(ground, retention, { stopping: AbortSignal.timeout(measuredMs) }))
  await dropExpired(ground, retention, { wait: async () => {} })
  const [calm, moved, dropped] = [p99(quiet), p99(moving.times), p99(dropping.times)]
  const worst = Math.max(moved, dropped) / calm
  return [
    {
      what: `an event in the archive, ${engine}`,
      measured: `${bytes.toFixed(0)} bytes, and ${(Number(names?.count) / events).toFixed(2)} rows of the index of names`,
      goal: '<= 25 bytes',
      met: bytes <= 25,
      ifNotMet: 'an id has 10 bytes that nothing can compress, and so has a request.',
    },
    {
      what: `moving and dropping beside sign-ins, ${engine}, p99 of a sign-in`,
      measured: `${worst.toFixed(1)}x: ${calm.toFixed(1)} ms before, ${moved.toFixed(1)} ms while ${moving.done} events are moved (${((moving.done / seconds) | 0).toLocaleString('en')}/s${cost}), ${dropped.toFixed(1)} ms while ${dropping.done} are dropped`,
      goal: '<= 1.5x',
      met: worst <= 1.5,
      ifNotMet:
        'the job and the sign-ins share one thread and one disk here, with whatever else the machine does: docs/decisions/0049.',
    },
  ]
}

function p99(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? Number.NaN
}
