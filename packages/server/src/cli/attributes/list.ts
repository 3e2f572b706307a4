import { findAttributes } from '../../accounts/attributes/store.ts'
import { attributeView } from '../../accounts/attributes/views.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'

export async function run({ json }: Given): Promise<void> {
  await withApp(async ({ db }) => {
    const attributes = (await findAttributes(db)).map(attributeView.show)
    const yes = (is: boolean) => (is ? 'yes' : 'no')
    const rows = attributes.map(({ key, kind, person_may, required, searchable, label }) => [
      ...[key, kind, person_may, yes(required), yes(searchable), label],
    ])
    const head = ['KEY', 'KIND', 'PERSON MAY', 'REQUIRED', 'SEARCHABLE', 'LABEL']
    createOutput(json).result(table(head, rows), attributes)
  })
}
