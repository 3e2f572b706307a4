import * as v from 'valibot'
import { askedOf } from '../../activity/statistics/asked.ts'
import { readStatistics, type Statistics } from '../../activity/statistics/read.ts'
import { statisticsQuery } from '../../activity/statistics/routes.ts'
import { statisticsView } from '../../activity/statistics/views.ts'
import { Refusal } from '../../errors.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, saidOf, table } from '../output.ts'
import { WrongUse } from '../wrong-use.ts'

interface Options {
  readonly by?: string
  readonly value?: string
  readonly outcome?: string
  readonly from?: string
  readonly to?: string
  readonly bucket: string
  readonly limit: string
}

/** So many events are counted here where no server has done so; more are left to it. */
const mostCounted = 100_000

export async function run({ args: [measure = 'events'], options, json }: Given<Options>): Promise<void> {
  const parsed = v.safeParse(statisticsQuery, { measure, ...options })
  if (!parsed.success) {
    const name = String(parsed.issues[0].path?.[0]?.key ?? '')
    const given = name === 'measure' ? 'the measure' : `--${name}`
    throw new WrongUse(`${given} is not as it should be; latchkey activity stats --help shows how`)
  }
  await withApp(async ({ db, world, statistics: { ground } }) => {
    const asked = askedBy(() => askedOf(parsed.output, world.now()))
    const output = createOutput(json)
    if ((await ground.consumer.behind()) <= mostCounted) await ground.consumer.run()
    const behind = await ground.consumer.behind()
    if (behind > 0) output.note(`${behind} events are not counted yet: the server does so as it runs`)
    const statistics = await readStatistics(db, asked, world.now())
    output.result(shown(statistics, asked.measure), { measure, behind, ...statisticsView.show(statistics) })
  })
}

/** A refusal of what was asked is wrong use of the command. */
function askedBy<Asked>(ask: () => Asked): Asked {
  try {
    return ask()
  } catch (error) {
    if (error instanceof Refusal) throw new WrongUse(saidOf(error))
    throw error
  }
}

/** A row for each bucket and a column for each value; bars where there is room for them and somebody looks on. */
export function shown(
  { points, values, total, layout }: Statistics,
  name: string,
  columns = process.stdout.isTTY ? process.stdout.columns : 0,
): string {
  const most = Math.max(1, ...points.map(({ count }) => count ?? 0))
  const head = ['FROM', name.toUpperCase(), ...values.map(({ value }) => value)]
  const rows = points.map(({ at, count }, index) => [
    `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}Z`,
    count === null ? '-' : String(count),
    ...values.map(({ counts }) => String(counts[index] ?? 0)),
  ])
  const sums = ['total', total === null ? '-' : String(total), ...values.map((value) => String(value.total))]
  const lines = table(head, total === null ? rows : [...rows, sums]).split('\n')
  const room = Math.min(50, columns - Math.max(...lines.map((line) => line.length)) - 2)
  const barred =
    room < 8
      ? lines
      : lines.map((line, index) => {
          const count = points[index - 1]?.count ?? 0
          return count > 0 ? `${line.padEnd(columns - room)}${bar(count / most, room)}` : line
        })
  const until = new Date(layout.to).toISOString().slice(0, 16).replace('T', ' ')
  return `${barred.join('\n')}\nuntil ${until}Z, by ${layout.bucket.replaceAll('_', ' ')}`
}

/** In eighths of a character. */
function bar(share: number, room: number): string {
  const eighths = Math.max(1, Math.round(share * room * 8))
  return '█'.repeat(Math.floor(eighths / 8)) + ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8]
}
