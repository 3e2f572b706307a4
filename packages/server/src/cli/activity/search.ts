import { findEvents } from '../../activity/store.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { activityLine } from './line.ts'

export async function run({ options, json }: Given): Promise<void> {
  const limit = Number(options.limit)
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
    throw new Error('--limit takes a whole number from 1 to 10000')
  const text = (name: string) => (typeof options[name] === 'string' ? options[name] : undefined)
  await withApp(async ({ db }) => {
    const filter = {
      event: text('event'),
      outcome: text('outcome'),
      subject: text('subject'),
      target: text('target'),
      address: text('address'),
    }
    const events = await findEvents(db, filter, limit)
    createOutput(json).result(events.map(activityLine).join('\n') || 'no such events', events)
  })
}
