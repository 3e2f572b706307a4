import { setAttributes } from '../../accounts/attributes/change.ts'
import { attributesOf, type GivenValues } from '../../accounts/attributes/values.ts'
import { personAttributeView } from '../../accounts/attributes/views.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'
import { WrongUse } from '../wrong-use.ts'
import { userNamed } from './named.ts'

interface Options {
  readonly set?: readonly string[]
  readonly clear?: readonly string[]
}

/** Print the attributes of a user, changed before if that is asked for. */
export async function run({ args: [username = ''], options, json }: Given<Options>): Promise<void> {
  const cleared = (options.clear ?? []).map((key) => [key, null] as const)
  const given: GivenValues = { ...Object.fromEntries(cleared), ...valuesIn(options.set, '--set') }
  await withApp(async (app) => {
    const { id } = await userNamed(app, username)
    const items =
      Object.keys(given).length > 0
        ? await setAttributes(app, operator, id, given, true)
        : await attributesOf(app.db, id, 'administrator')
    const shown = items.map(personAttributeView.show)
    const rows = shown.map(({ key, value, label }) => [key, value === null ? '-' : String(value), label])
    createOutput(json).result(table(['KEY', 'VALUE', 'LABEL'], rows), shown)
  })
}

/** `department=sales` of each. @throws {WrongUse} */
export function valuesIn(given: readonly string[] = [], flag = '--attribute'): Record<string, string> {
  const pairs = given.map((text) => {
    const at = text.indexOf('=')
    if (at < 1) throw new WrongUse(`${flag} takes a key and a value, such as department=sales`)
    return [text.slice(0, at), text.slice(at + 1)] as const
  })
  return Object.fromEntries(pairs)
}
