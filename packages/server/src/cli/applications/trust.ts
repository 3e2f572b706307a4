import type { App } from '../../app.ts'
import { workloadView } from '../../applications/workloads/routes.ts'
import { trustWorkload } from '../../applications/workloads/workloads.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { applicationNamed } from './named.ts'

export interface TrustOptions {
  readonly issuer: string
  readonly subject: string
  readonly audience?: string
  readonly forItsLife?: boolean
}

export async function run(given: Given<TrustOptions>): Promise<void> {
  await trust(given, applicationNamed)
}

/** Let tokens of an issuer outside authenticate the client of a name. */
export async function trust(
  { args: [name = ''], options, json }: Given<TrustOptions>,
  clientNamed: (app: App, name: string) => Promise<{ readonly id: string }>,
): Promise<void> {
  await withApp(async (app) => {
    const { id } = await clientNamed(app, name)
    const { issuer, subject, audience, forItsLife = false } = options
    const asked = { issuer, subject, audience, reuse: forItsLife ? 'life' : 'once' } as const
    const row = await trustWorkload(app.applications.ground, operator, id, asked)
    const text = `${name} is whoever ${row.issuer} calls ${row.subject}, by a token for ${row.audience}: ${row.id}.`
    createOutput(json).result(text, workloadView.show(row))
  })
}
