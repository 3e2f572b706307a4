import assert from 'node:assert/strict'
import type { Source } from '../src/accounts/transfer/sources/source.ts'
import type { TransferredPerson } from '../src/accounts/transfer/transferred-person.ts'

/** All records of a text, each of which is a person. */
export async function peopleIn(source: Source, text: string): Promise<TransferredPerson[]> {
  async function* chunks() {
    yield text
  }
  const people: TransferredPerson[] = []
  for await (const record of source(chunks())) {
    people.push(record.kind === 'person' ? record.person : assert.fail(record.detail))
  }
  return people
}
