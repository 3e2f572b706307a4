import { placeHold } from '../../../activity/proof/holds.ts'
import { holdView } from '../../../activity/proof/views.ts'
import { operator } from '../../../identity.ts'
import type { Given } from '../../given.ts'
import { momentOption } from '../../moment.ts'
import { withApp } from '../../open.ts'
import { createOutput } from '../../output.ts'

interface Options {
  readonly reason: string
  readonly until?: string
}

export async function run({ args: [subject = ''], options, json }: Given<Options>): Promise<void> {
  const endsAt = momentOption({ ...options }, 'until', '--until')
  await withApp(async ({ proof }) => {
    const { reason } = options
    const hold = holdView.show(await placeHold(proof.ground, operator, { subject, reason, endsAt }))
    const until = hold.ends_at ?? 'the hold is lifted'
    createOutput(json).result(`The log keeps what it says of ${subject} until ${until}.`, hold)
  })
}
