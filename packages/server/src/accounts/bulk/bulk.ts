import { recordAccessRefusal } from '../../activity/access.ts'
import type { Reader } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Actor } from '../../identity.ts'
import { scheduleDeletion } from '../deletion/deletion.ts'
import type { LettersGround } from '../ground.ts'
import { invite } from '../invitations/invitations.ts'
import { type PeopleSearch, searchPeople } from '../search/people.ts'
import { disableUser, enableUser, endSessionsOf, updateUser } from '../users/users.ts'

/** What is done to each of several people. */
export type BulkAction =
  | { readonly kind: 'disable' | 'enable' | 'end_sessions' | 'invite' }
  | { readonly kind: 'set_type'; readonly userType: string }
  | { readonly kind: 'delete'; readonly graceDays: number }

export const bulkActions = ['disable', 'enable', 'set_type', 'end_sessions', 'invite', 'delete'] as const

/** As many people in one request at most. */
export const mostPeople = 1_000

/** A person whom somebody chose; without a name there is none of this id. */
export interface Chosen {
  readonly id: string
  readonly username: string | null
}

export interface Invited {
  readonly secret: string
  readonly expiresAt: number
}

/** What became of one of them. */
export type Outcome = Chosen &
  (
    | { readonly kind: 'done'; readonly invitation?: Invited }
    | { readonly kind: 'refused'; readonly code: string; readonly detail: string }
  )

/**
 * Do the same to each of these people, one after the other, by the very verb that does it to one: with its rights, its
 * transaction and its rows of the log. Who cannot be acted on is told, and the others are not kept from it. Whoever acts is
 * left out: what would shut them out they do to themselves by itself. `stop` says why nothing more is to be done.
 */
export async function* actOnEach(
  ground: LettersGround,
  actor: Actor,
  action: BulkAction,
  people: readonly Chosen[],
  stop: () => Refusal | undefined = () => undefined,
): AsyncGenerator<Outcome> {
  for (const chosen of people) {
    try {
      const stopped = stop()
      if (stopped) throw stopped
      if (isSelf(actor, chosen.id)) throw new Refusal('own_account', 'this is the account of whoever asks')
      const invitation = await act(ground, actor, action, chosen.id)
      yield { ...chosen, kind: 'done', ...(invitation && { invitation }) }
    } catch (error) {
      yield { ...chosen, kind: 'refused', ...(await told(ground, actor, chosen, error)) }
    }
  }
}

async function act(
  ground: LettersGround,
  actor: Actor,
  action: BulkAction,
  id: string,
): Promise<Invited | undefined> {
  switch (action.kind) {
    case 'disable':
      await disableUser(ground, actor, id)
      return undefined
    case 'enable':
      await enableUser(ground, actor, id)
      return undefined
    case 'end_sessions':
      await endSessionsOf(ground, actor, id)
      return undefined
    case 'invite':
      return invite(ground, actor, id)
    case 'set_type':
      await updateUser(ground, actor, id, { userType: action.userType })
      return undefined
    case 'delete':
      await scheduleDeletion(ground, actor, id, action.graceDays)
      return undefined
  }
}

/** The reason for the report. A refusal of a right is recorded, as it is where it is the answer to a request. */
async function told(
  { activity, log }: LettersGround,
  actor: Actor,
  { id }: Chosen,
  error: unknown,
): Promise<{ readonly code: string; readonly detail: string }> {
  if (!(error instanceof Refusal)) {
    log.error('bulk_failed', error, { user: id })
    return { code: 'internal', detail: 'it failed; the log of the server says why' }
  }
  if (actor.kind === 'caller') {
    await recordAccessRefusal(activity, error, actor, { route: 'POST /v1/users/bulk', isPublic: false })
  }
  return { code: error.code, detail: error.message }
}

function isSelf(actor: Actor, id: string): boolean {
  return actor.kind === 'caller' && actor.identity.subject === id
}

/**
 * The next people who match a search, `most` of them, for who is done with after another: `after` is the `next` of the piece before.
 * What is done to one piece changes nothing of the place of another, so nobody comes twice, also where they still match.
 * @throws {Refusal} `request_invalid`
 */
export async function choosePiece(
  reader: Reader,
  search: PeopleSearch,
  { after, most }: { readonly after: string | undefined; readonly most: number },
): Promise<{ readonly people: readonly Chosen[]; readonly next: string | null }> {
  const { rows, next } = await searchPeople(reader, search, { after, limit: most })
  return { people: rows.map(({ id, username }) => ({ id, username })), next }
}

/**
 * Everybody who matches a search, of whom whoever asks has said how many they are.
 * @throws {Refusal} `too_many_people` if they may be more than {@link mostPeople}, `count_changed` if they are others in number
 */
export async function chooseMatching(reader: Reader, search: PeopleSearch, count: number): Promise<Chosen[]> {
  const { rows, next } = await searchPeople(reader, search, { limit: mostPeople })
  if (next !== null) {
    throw new Refusal(
      'too_many_people',
      `more than ${mostPeople} people may match; do it in pieces, with most in place of count`,
      {
        members: { most: mostPeople },
      },
    )
  }
  if (rows.length === count) return rows.map(({ id, username }) => ({ id, username }))
  throw new Refusal('count_changed', `${rows.length} people match now`, { members: { count: rows.length } })
}
