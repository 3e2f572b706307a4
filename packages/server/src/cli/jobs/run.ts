import { operator } from '../../identity.ts'
import { workView } from '../../operations/views.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'

export async function run({ args: [name = ''], json }: Given): Promise<void> {
  await withApp(async ({ operations }) => {
    const job = workView.show(await operations.work.run(operator, name))
    if (job.last_error !== null) throw new Error(`${name} has failed: ${job.last_error}`)
    createOutput(json).result(`${name} has run, and took ${job.took_ms} ms.`, job)
  })
}
