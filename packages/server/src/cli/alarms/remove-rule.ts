import { removeRule } from '../../alarms/own-rules/own-rules.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'

export async function run({ args: [name = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    await removeRule(app, operator, name)
    createOutput(json).result(`${name} is removed, and its open alarms are closed.`, { name })
  })
}
