import { timestamp } from '../../http/schema.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'

export async function run({ json }: Given): Promise<void> {
  await withApp(async ({ ring }) => {
    const keys = ring.list().map(({ kid, algorithm, status, createdAt }) => ({
      kid,
      algorithm,
      status,
      created_at: timestamp(createdAt),
    }))
    const rows = keys.map((key) => [key.kid, key.algorithm, key.status, key.created_at])
    createOutput(json).result(table(['KEY', 'ALGORITHM', 'STATUS', 'CREATED'], rows), keys)
  })
}
