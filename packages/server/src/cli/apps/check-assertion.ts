import { checkAssertion } from '../../apps/check.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'
import { readNamed, withoutLineEnd } from '../token/input.ts'
import { appNamed } from './named.ts'

interface Options {
  readonly assertion: string
  readonly older?: boolean
  readonly device?: string
}

export async function run({ args: [name = ''], options, json }: Given<Options>): Promise<void> {
  const assertion = withoutLineEnd(readNamed(options.assertion, '--assertion'))
  await withApp(async (app) => {
    const { id } = await appNamed(app, name)
    const form = options.older ? 'older' : 'current'
    const asked = { assertion, form, deviceId: options.device } as const
    const checked = await checkAssertion(app.apps.ground, id, asked, { address: '127.0.0.1' })
    const { accepted, steps, failed } = checked
    const rows = steps.map((step) => [
      ...[String(step.step), step.outcome.replace('_', ' '), step.name.replaceAll('_', ' '), step.detail],
    ])
    const verdict = failed
      ? `The exchange would refuse it: ${failed.check}, ${failed.reason}.`
      : 'The exchange would take it. Nothing was used up.'
    createOutput(json).result(`${table(['STEP', 'OUTCOME', 'WHAT', 'DETAIL'], rows)}\n\n${verdict}`, {
      accepted,
      steps,
      failed: failed ?? null,
    })
    if (failed) process.exitCode = 1
  })
}
