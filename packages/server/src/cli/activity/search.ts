import { findEvents } from '../../activity/store.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { activityLine } from './line.ts'

interface Options {
  readonly event?: string
  readonly outcome?: string
  readonly subject?: string
  readonly target?: string
  readonly address?: string
  readonly limit: string
}

export async function run({ options, json }: Given<Options>): Promise<void> {
  const limit = Number(options.limit)
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
    throw new Error('--limit takes a whole number from 1 to 10000')
  const { limit: _, ...filter } = options
  await withApp(async ({ db }) => {
    const events = await findEvents(db, filter, limit)
    createOutput(json).result(events.map(activityLine).join('\n') || 'no such events', events)
  })
}
