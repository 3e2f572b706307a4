import { removeAttribute } from '../../accounts/attributes/attributes.ts'
import { operator } from '../../identity.ts'
import { wholeText } from '../../whole-text.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { WrongUse } from '../wrong-use.ts'

const countForm = wholeText(/\d{1,12}/)

interface Options {
  readonly people: string
}

export async function run({ args: [key = ''], options, json }: Given<Options>): Promise<void> {
  if (!countForm.test(options.people)) throw new WrongUse('--people takes a whole number')
  const people = Number(options.people)
  await withApp(async (app) => {
    await removeAttribute(app, operator, key, people)
    createOutput(json).result(`The attribute ${key} is removed; ${people} people had a value.`, {
      key,
      people,
    })
  })
}
