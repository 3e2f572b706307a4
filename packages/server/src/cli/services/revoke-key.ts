import { operator } from '../../identity.ts'
import { revokeOwnKey } from '../../services/own-keys/own-keys.ts'
import { serviceKeyView } from '../../services/own-keys/views.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { serviceNamed } from './named.ts'

export async function run({ args: [name = '', kid = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const { id } = await serviceNamed(app, name)
    const keys = (await revokeOwnKey(app, operator, id, kid)).map(serviceKeyView.show)
    const active = keys.find(({ status }) => status === 'active')
    const text = `${kid} is revoked, and in no key set any more. Tokens for ${name} are signed by ${active?.kid ?? 'no key of its own'}. Guards that follow its feed fetch the set now; others when what they keep of it is old.`
    createOutput(json).result(text, keys)
  })
}
