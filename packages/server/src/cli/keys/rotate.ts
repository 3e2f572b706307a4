import { setTimeout as sleep } from 'node:timers/promises'
import type { App } from '../../app.ts'
import { timestamp } from '../../http/schema.ts'
import { operator } from '../../identity.ts'
import { previewRotation, rotateKeys } from '../../keys/rotation.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { secondsOption } from '../options.ts'
import { createOutput } from '../output.ts'

export async function run({ options, json }: Given): Promise<void> {
  await withApp(async ({ keys, ring }) => {
    const force = options.force === true
    if (!force) await waitForOthers(keys, secondsOption(options, 'wait', '--wait') ?? 0)
    const { apiKeys } = await previewRotation(keys.ground)
    await rotateKeys(keys.ground, operator, force)
    const active = ring.list().find(({ status }) => status === 'active')
    const text = `Tokens are now signed by ${active?.kid}. The key before verifies until its last token has expired.`
    const until = apiKeys && timestamp(apiKeys.until)
    const hanging = apiKeys ? ` ${apiKeys.count} API keys hang on it, the last until ${until}.` : ''
    createOutput(json).result(text + hanging, { active: active?.kid, api_keys: apiKeys?.count ?? 0 })
  })
}

/** Look every few seconds whether all who verify have fetched the next key. Whoever is left is told by the refusal. */
async function waitForOthers({ ground }: App['keys'], seconds: number): Promise<void> {
  const untilMs = ground.world.now() + seconds * 1000
  while (ground.world.now() < untilMs) {
    const { cutOff } = await previewRotation(ground)
    if (cutOff.length === 0) return
    process.stderr.write(`waiting for ${cutOff.length} that have not fetched the next key\n`)
    await sleep(Math.min(5_000, untilMs - ground.world.now()))
  }
}
