import { findDevices } from '../../devices/store.ts'
import { timestampOrNull } from '../../http/schema.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'

export async function run({ json }: Given): Promise<void> {
  await withApp(async ({ db }) => {
    const devices = (await findDevices(db, '', 10_000)).map(
      ({ uid, name, product, state, last_seen_at }) => ({
        uid,
        name,
        product,
        state,
        last_seen_at: timestampOrNull(last_seen_at),
      }),
    )
    const rows = devices.map((device) => [
      device.uid,
      device.name,
      device.product,
      device.state,
      device.last_seen_at ?? 'never',
    ])
    createOutput(json).result(table(['UID', 'NAME', 'PRODUCT', 'STATE', 'LAST SEEN'], rows), devices)
  })
}
