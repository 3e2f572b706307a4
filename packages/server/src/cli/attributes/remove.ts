import { removeAttribute } from '../../accounts/attributes/attributes.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { WrongUse } from '../wrong-use.ts'

interface Options {
  readonly people: string
}

export async function run({ args: [key = ''], options, json }: Given<Options>): Promise<void> {
  if (!/^\d{1,12}$/.test(options.people)) throw new WrongUse('--people takes a whole number')
  const people = Number(options.people)
  await withApp(async (app) => {
    await removeAttribute(app, operator, key, people)
    createOutput(json).result(`The attribute ${key} is removed; ${people} people had a value.`, {
      key,
      people,
    })
  })
}
