import { type PeopleSearch, searchPeople } from '../../accounts/search/people.ts'
import { statuses } from '../../accounts/search/store.ts'
import type { UserRow } from '../../accounts/users/store.ts'
import { userView } from '../../accounts/users/views.ts'
import type { App } from '../../app.ts'
import type { Given } from '../given.ts'
import { momentOption } from '../moment.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'
import { WrongUse } from '../wrong-use.ts'
import { valuesIn } from './attributes.ts'

interface Options {
  readonly text?: string
  readonly type?: string
  readonly status?: string
  readonly address?: string
  readonly attribute?: string
  readonly signedInFrom?: string
  readonly signedInBefore?: string
  readonly neverSignedIn?: boolean
  readonly limit: string
}

const mostListed = 10_000

export async function run({ options, json }: Given<Options>): Promise<void> {
  const limit = Number(options.limit)
  if (!Number.isInteger(limit) || limit < 1 || limit > mostListed) {
    throw new WrongUse(`--limit takes a whole number from 1 to ${mostListed}`)
  }
  const search = searchIn(options)
  await withApp(async ({ db }) => {
    const output = createOutput(json)
    const { found, isAll } = await findUpTo(db, search, limit)
    const users = found.map(userView.show)
    const rows = users.map((user) => [
      user.username,
      user.user_type,
      user.disabled_at === null ? 'enabled' : 'disabled',
      user.last_sign_in_at ?? 'never',
      user.id,
    ])
    output.result(table(['USER', 'TYPE', 'STATE', 'LAST SIGN-IN', 'ID'], rows), users)
    if (!isAll) output.warn(`these are the first ${limit}; --limit takes more of them`)
  })
}

/** @throws {WrongUse} */
function searchIn(options: Options): PeopleSearch {
  const status = statuses.find((one) => one === options.status)
  if (options.status !== undefined && status === undefined) {
    throw new WrongUse(`--status is one of ${statuses.join(', ')}`)
  }
  const [attribute] = options.attribute === undefined ? [] : Object.entries(valuesIn([options.attribute]))
  const given = { ...options }
  return {
    status,
    text: options.text,
    userType: options.type,
    address: options.address,
    attribute: attribute && { key: attribute[0], text: attribute[1] },
    signedInFrom: momentOption(given, 'signedInFrom', '--signed-in-from'),
    signedInBefore: momentOption(given, 'signedInBefore', '--signed-in-before'),
    neverSignedIn: options.neverSignedIn === true,
  }
}

/** An answer may be short and go on: ask until there are enough. */
async function findUpTo(
  db: App['db'],
  search: PeopleSearch,
  most: number,
): Promise<{ readonly found: readonly UserRow[]; readonly isAll: boolean }> {
  const found: UserRow[] = []
  for (let after: string | undefined; ; ) {
    const { rows, next } = await searchPeople(db, search, {
      after,
      limit: Math.min(most - found.length, 200),
    })
    found.push(...rows)
    if (next === null || found.length === most) return { found, isAll: next === null }
    after = next
  }
}
