import type { Given } from '../../given.ts'
import { withApp } from '../../open.ts'
import { createOutput } from '../../output.ts'

export async function run({ json }: Given): Promise<void> {
  await withApp(async ({ proof: { ground } }) => {
    await ground.signers.current()
    const keys = await ground.signers.vkeys()
    const witness = (await ground.cosigners.current()).verifier.vkey
    const text = [
      'of the log, the newest first:',
      ...keys.map((key) => `  ${key}`),
      'as a witness of others:',
      `  ${witness}`,
    ]
    createOutput(json).result(text.join('\n'), { keys, witness_key: witness })
  })
}
