import { timestamp } from '../../http/schema.ts'
import { previewRotation } from '../../keys/rotation.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'

export async function run({ json }: Given): Promise<void> {
  await withApp(async ({ keys: { ground } }) => {
    const { cutOff } = await previewRotation(ground)
    const isCutOff = new Set(cutOff.map(nameOf))
    const fetchers = (await ground.fetches.since(0)).map((row) => ({
      key_set: row.key_set,
      network: row.network,
      user_agent: row.user_agent,
      last_at: timestamp(row.last_at),
      has_next_key: !isCutOff.has(nameOf(row)),
    }))
    const rows = fetchers.map((row) => [
      ...[row.key_set, row.network || 'unknown', row.last_at],
      ...[row.has_next_key ? 'yes' : 'no', row.user_agent],
    ])
    createOutput(json).result(
      table(['KEY SET', 'NETWORK', 'LAST FETCH', 'HAS NEXT KEY', 'PROGRAM'], rows),
      fetchers,
    )
  })
}

const nameOf = (row: { key_set: string; network: string; user_agent: string }) =>
  JSON.stringify([row.key_set, row.network, row.user_agent])
