import { timestamp, timestampOrNull } from '../../http/schema.ts'
import { listRing } from '../../keys/rotation.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'

export async function run({ json }: Given): Promise<void> {
  await withApp(async ({ keys: { ground } }) => {
    const keys = (await listRing(ground)).map(({ kid, algorithm, status, createdAt, apiKeys }) => ({
      kid,
      algorithm,
      status,
      created_at: timestamp(createdAt),
      api_keys: apiKeys?.count ?? 0,
      api_keys_until: timestampOrNull(apiKeys?.until ?? null),
    }))
    const rows = keys.map((key) => [
      ...[key.kid, key.algorithm, key.status, key.created_at],
      key.api_keys_until === null ? '-' : `${key.api_keys} until ${key.api_keys_until}`,
    ])
    createOutput(json).result(table(['KEY', 'ALGORITHM', 'STATUS', 'CREATED', 'API KEYS'], rows), keys)
  })
}
