import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'

export async function run({ args: [kid = ''], json }: Given): Promise<void> {
  await withApp(async ({ ring }) => {
    const ended = await ring.revoke(operator, kid)
    const active = ring.list().find(({ status }) => status === 'active')
    const text = `${kid} is revoked: this server refuses what it has signed. Tokens are signed by ${active?.kid}. Guards that follow the feed fetch the key set now; others when what they keep of it is old.`
    const keys = ended === 0 ? '' : ` ${ended} API keys that it has signed are revoked.`
    createOutput(json).result(text + keys, { revoked: kid, active: active?.kid, api_keys_ended: ended })
  })
}
