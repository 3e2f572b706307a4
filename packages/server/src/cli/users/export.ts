import { once } from 'node:events'
import { type ExportFormat, exportPeople } from '../../accounts/transfer/export-people.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { WrongUse } from '../wrong-use.ts'

interface Options {
  readonly format: string
  readonly withHashes?: boolean
}

export async function run({ options }: Given<Options>): Promise<void> {
  const format = (['csv', 'ndjson'] satisfies ExportFormat[]).find((one) => one === options.format)
  if (format === undefined) throw new WrongUse('--format is csv or ndjson')
  await withApp(async (app) => {
    const withHashes = options.withHashes === true
    for await (const text of exportPeople(app, operator, { format, withHashes })) {
      if (!process.stdout.write(text)) await once(process.stdout, 'drain')
    }
  })
}
