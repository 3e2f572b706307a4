import { liftHold } from '../../../activity/proof/holds.ts'
import { operator } from '../../../identity.ts'
import type { Given } from '../../given.ts'
import { withApp } from '../../open.ts'
import { createOutput } from '../../output.ts'

export async function run({ args: [subject = ''], json }: Given): Promise<void> {
  await withApp(async ({ proof }) => {
    await liftHold(proof.ground, operator, subject)
    createOutput(json).result(`The hold on ${subject} is lifted.`, { subject })
  })
}
