import { requireFactorOfType } from '../../accounts/factors/administer.ts'
import { operator } from '../../identity.ts'
import { wholeText } from '../../whole-text.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { WrongUse } from '../wrong-use.ts'

const daysForm = wholeText(/\d{1,3}/)

interface Options {
  readonly graceDays: string
}

export async function run({ args: [name = '', rule = ''], options, json }: Given<Options>): Promise<void> {
  const isRequired = rule === 'required'
  if (!isRequired && rule !== 'optional') throw new WrongUse('a second factor is required or optional')
  if (!daysForm.test(options.graceDays) || Number(options.graceDays) > 365) {
    throw new WrongUse('--grace-days takes a whole number from 0 to 365')
  }
  const days = Number(options.graceDays)
  await withApp(async (app) => {
    await requireFactorOfType(app, operator, name, isRequired ? days : null)
    createOutput(json).result(
      isRequired
        ? `Users of type ${name} have to have a second factor, ${days} days after their next sign-in.`
        : `A second factor is optional for users of type ${name}.`,
      { name, second_factor: rule, ...(isRequired && { grace_days: days }) },
    )
  })
}
