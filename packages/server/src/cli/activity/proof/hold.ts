import { placeHold } from '../../../activity/proof/holds.ts'
import { holdView } from '../../../activity/proof/views.ts'
import { operator } from '../../../identity.ts'
import type { Given } from '../../given.ts'
import { withApp } from '../../open.ts'
import { createOutput } from '../../output.ts'
import { WrongUse } from '../../wrong-use.ts'

interface Options {
  readonly reason: string
  readonly until?: string
}

export async function run({ args: [subject = ''], options, json }: Given<Options>): Promise<void> {
  const endsAt = options.until === undefined ? undefined : Date.parse(options.until)
  if (Number.isNaN(endsAt)) throw new WrongUse('--until takes a time in RFC 3339')
  await withApp(async ({ proof }) => {
    const hold = await placeHold(proof.ground, operator, { subject, reason: options.reason, endsAt })
    const until = options.until === undefined ? 'until the hold is lifted' : `until ${options.until}`
    createOutput(json).result(`The log keeps what it says of ${subject} ${until}.`, holdView.show(hold))
  })
}
