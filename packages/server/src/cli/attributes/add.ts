import { attributeKinds } from '../../accounts/attributes/attribute-value.ts'
import { addAttribute } from '../../accounts/attributes/attributes.ts'
import { attributeView } from '../../accounts/attributes/views.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { WrongUse } from '../wrong-use.ts'
import { changeIn, type Rules } from './rules.ts'

interface Options extends Rules {
  readonly label: string
  readonly kind: string
}

export async function run({ args: [key = ''], options, json }: Given<Options>): Promise<void> {
  const kind = attributeKinds.find((one) => one === options.kind)
  if (kind === undefined) throw new WrongUse(`--kind is one of ${attributeKinds.join(', ')}`)
  const {
    person_may = 'nothing',
    is_required = false,
    is_searchable = false,
    bounds = {},
  } = changeIn(options)
  const given = Object.entries(bounds).filter(([, value]) => value !== null)
  await withApp(async (app) => {
    const row = await addAttribute(app, operator, {
      ...{ key, label: options.label, kind, person_may, is_required, is_searchable },
      bounds: Object.fromEntries(given),
    })
    createOutput(json).result(`The attribute ${key} is added.`, attributeView.show(row))
  })
}
