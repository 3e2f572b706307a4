import { operator } from '../../identity.ts'
import { dropSharedKey } from '../../services/shared-keys/shared-keys.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { serviceNamed } from './named.ts'

export async function run({ args: [name = '', kid = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const { id } = await serviceNamed(app, name)
    const ended = await dropSharedKey(app, operator, id, kid)
    const text = `Nothing is signed by ${kid} any more. Take it away from ${name} as well: until then it accepts what the key has signed.`
    const keys = ended === 0 ? '' : ` ${ended} API keys that it has signed are revoked.`
    createOutput(json).result(text + keys, { service: id, kid, api_keys_ended: ended })
  })
}
