import { registerDevice } from '../../devices/registration.ts'
import { createClaimCode } from '../../devices/relations/claims.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { readDeviceKey } from './key.ts'

export async function run({ args: [name = ''], options, json }: Given): Promise<void> {
  const key = readDeviceKey(String(options.key))
  await withApp(async (app) => {
    const { uid } = await registerDevice(app, operator, { name, product: String(options.product), key })
    const { code, expiresAt } = await createClaimCode(app, operator, uid)
    const text = `${name} is ${uid}. Whoever has this code becomes its owner, while the device is connected:\n  ${code}`
    createOutput(json).result(text, {
      uid,
      name,
      claim_code: code,
      expires_at: new Date(expiresAt).toISOString(),
    })
  })
}
