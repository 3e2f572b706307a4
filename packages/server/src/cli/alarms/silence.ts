import { addSilence } from '../../alarms/silences/silences.ts'
import { silenceView } from '../../alarms/views.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { secondsOf } from '../options.ts'
import { createOutput } from '../output.ts'

interface Options {
  readonly for: string
  readonly reason: string
  readonly subject?: string
}

export async function run({ args: [rule = ''], options, json }: Given<Options>): Promise<void> {
  const seconds = secondsOf('--for', options.for)
  await withApp(async (app) => {
    const { reason, subject } = options
    const endsAt = app.world.now() + seconds * 1000
    const silence = silenceView.show(await addSilence(app, operator, { rule, subject, reason, endsAt }))
    createOutput(json).result(`Nothing is told of ${rule} until ${silence.ends_at} (${silence.id}).`, silence)
  })
}
