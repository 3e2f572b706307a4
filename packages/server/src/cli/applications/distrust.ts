import type { App } from '../../app.ts'
import { distrustWorkload } from '../../applications/workloads/workloads.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { applicationNamed } from './named.ts'

export async function run(given: Given): Promise<void> {
  await distrust(given, applicationNamed)
}

/** Tokens of an issuer outside authenticate the client of a name no more. */
export async function distrust(
  { args: [name = '', workload = ''], json }: Given,
  clientNamed: (app: App, name: string) => Promise<{ readonly id: string }>,
): Promise<void> {
  await withApp(async (app) => {
    const { id } = await clientNamed(app, name)
    await distrustWorkload(app.applications.ground, operator, id, workload)
    createOutput(json).result(`${workload} is not ${name} any more.`, { client: id, removed: workload })
  })
}
