import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'

export async function run({ json }: Given): Promise<void> {
  await withApp(async ({ ring }) => {
    await ring.rotate(operator)
    const active = ring.list().find(({ status }) => status === 'active')
    const text = `Tokens are now signed by ${active?.kid}. The key before verifies until its last token has expired.`
    createOutput(json).result(text, { active: active?.kid })
  })
}
