import { rotateLogKey } from '../../../activity/proof/rotate.ts'
import { operator } from '../../../identity.ts'
import type { Given } from '../../given.ts'
import { withApp } from '../../open.ts'
import { createOutput } from '../../output.ts'

export async function run({ json }: Given): Promise<void> {
  await withApp(async ({ proof }) => {
    const vkey = await rotateLogKey(proof.ground, operator)
    const text = `Checkpoints are signed by this key from now on. Give it to your witnesses and to whoever verifies receipts:\n  ${vkey}`
    createOutput(json).result(text, { key: vkey })
  })
}
