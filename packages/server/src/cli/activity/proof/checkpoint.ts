import { findCheckpoints } from '../../../activity/proof/store.ts'
import type { Given } from '../../given.ts'
import { withApp } from '../../open.ts'

export async function run({ json }: Given): Promise<void> {
  await withApp(async ({ db, proof }) => {
    await proof.ground.checkpoints.make()
    const [newest] = await findCheckpoints(db, Number.MAX_SAFE_INTEGER, 1)
    if (!newest) throw new Error('the log has no event yet')
    process.stdout.write(json ? `${JSON.stringify(newest)}\n` : `${newest.note}\n`)
  })
}
