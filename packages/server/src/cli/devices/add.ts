import { registerDevice } from '../../devices/registration.ts'
import { createClaimCode } from '../../devices/relations/claims.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { readDeviceKey } from './key.ts'

interface Options {
  readonly key: string
  readonly product: string
}

export async function run({ args: [name = ''], options, json }: Given<Options>): Promise<void> {
  const key = readDeviceKey(options.key)
  await withApp(async (app) => {
    const { uid } = await registerDevice(app, operator, { name, product: options.product, key })
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
