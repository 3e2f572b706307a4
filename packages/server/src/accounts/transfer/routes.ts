import * as v from 'valibot'
import { ok, routesFor } from '../../http/route.ts'
import type { AccountsGround } from '../ground.ts'
import { userTypeName } from '../user-types/user-types.ts'
import { importPeople, type NotImported } from './import-people.ts'
import { addressModes } from './imported-addresses.ts'
import { personOf, personSchema, RecordFault, type TransferredPerson } from './transferred-person.ts'

const route = routesFor<AccountsGround>()

/** As many in one request: a file of more is sent in parts, each of which happens whole. */
const mostInRequest = 200

export const importUsers = route({
  id: 'importUsers',
  method: 'POST',
  path: '/v1/users/imports',
  tag: 'accounts',
  summary:
    'Create accounts of another program, with the password hashes that it has. Those who cannot be one are listed.',
  access: { permission: 'users:write' },
  bodyLimit: 512 * 1024,
  body: v.strictObject({
    users: v.pipe(v.array(personSchema), v.minLength(1), v.maxLength(mostInRequest)),
    /** For people without a type of their own. */
    user_type: v.optional(v.pipe(v.string(), v.regex(userTypeName)), 'customer'),
    /** What becomes of addresses of mail: they are left out, claimed without proof, or taken as proven. */
    addresses: v.optional(v.picklist(addressModes), 'none'),
    /** In which letters to them are written. */
    language: v.optional(v.picklist(['en', 'zh-Hant']), 'en'),
    /** Find out what would become of each, and change nothing. */
    dry_run: v.optional(v.boolean(), false),
  }),
  answers: {
    200: {
      description: 'What became of each.',
      body: v.strictObject({
        created: v.number(),
        refused: v.array(v.strictObject({ index: v.number(), code: v.string(), detail: v.string() })),
      }),
    },
  },
  refuses: ['address_taken'],
  async handle(ground, { actor, body }) {
    const people: { index: number; person: TransferredPerson }[] = []
    const unusable: NotImported[] = []
    for (const [index, record] of body.users.entries()) {
      try {
        people.push({ index, person: personOf(record) })
      } catch (error) {
        if (!(error instanceof RecordFault)) throw error
        unusable.push({ index, code: 'record_invalid', detail: error.message })
      }
    }
    const { created, refused } = await importPeople(
      ground,
      actor,
      people.map(({ person }) => person),
      {
        userType: body.user_type,
        isTrial: body.dry_run,
        addresses: { mode: body.addresses, language: body.language },
      },
    )
    const all = [...unusable, ...refused.map((one) => ({ ...one, index: people[one.index]!.index }))]
    return ok({ created, refused: all.sort((a, b) => a.index - b.index) })
  },
})
