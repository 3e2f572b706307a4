import { join } from 'node:path'
import { importRows, writePeople } from './accounts/import.ts'
import { searchRows } from './accounts/search.ts'
import { signInRows } from './accounts/sign-in.ts'
import type { Benchmark } from './benchmark.ts'
import { temporaryDirectory } from './server.ts'

/** BENCH_PEOPLE takes another number, for a first look; the goals are those of a million. */
const people = Number(process.env.BENCH_PEOPLE ?? 1_000_000)

export const benchmark: Benchmark = {
  title: `accounts: sign-in beside its hash, and ${people.toLocaleString('en')} people imported, listed and searched`,
  async run() {
    const directory = temporaryDirectory()
    try {
      const file = join(directory.path, 'people.ndjson')
      await writePeople(file, people)
      return [
        ...(await signInRows(directory.path)),
        ...(await importRows(directory.path, file, people)),
        ...(await searchRows('sqlite', file)),
        ...(await searchRows('postgres', file)),
      ]
    } finally {
      directory.remove()
    }
  },
}
