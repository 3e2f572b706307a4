import { parts } from '../../../activity/proof/entry.ts'
import { receiptOf } from '../../../activity/proof/receipts.ts'
import type { Given } from '../../given.ts'
import { withApp } from '../../open.ts'

export async function run({ args: [id = ''] }: Given): Promise<void> {
  await withApp(async ({ proof }) => {
    // The receipt is JSON either way: it is a file to keep.
    process.stdout.write(`${JSON.stringify(await receiptOf(proof.ground, id, async () => parts), null, 2)}\n`)
  })
}
