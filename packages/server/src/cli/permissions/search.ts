import type { Found } from '../../access/pages.ts'
import { searchActions, searchResources, searchSubjects } from '../../access/search.ts'
import type { App } from '../../app.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { userNamed } from '../users/named.ts'
import { WrongUse } from '../wrong-use.ts'

interface Entity {
  readonly type: string
  /** Undefined where all of the kind are searched for. */
  readonly id: string | undefined
}

export async function run({ args: [subject = '', action = '', resource = ''], json }: Given): Promise<void> {
  const [who, what] = [entityOf(subject), entityOf(resource)]
  const open = [who.id === undefined, action === '-', what.id === undefined].filter(Boolean)
  if (open.length !== 1) {
    throw new WrongUse(
      'leave one of the three open: a subject or a resource without an id, or - for the action',
    )
  }
  await withApp(async (app) => {
    const ids = await all(await searchOf(app, await named(app, who), action, await named(app, what)))
    createOutput(json).result(ids.length === 0 ? 'none' : ids.join('\n'), ids)
  })
}

/** `kind:id`, or a kind alone. */
function entityOf(text: string): Entity {
  const at = text.indexOf(':')
  return at === -1 ? { type: text, id: undefined } : { type: text.slice(0, at), id: text.slice(at + 1) }
}

/** A user is given by name. */
async function named(app: App, { type, id }: Entity): Promise<Entity> {
  if (type !== 'user' || id === undefined) return { type, id }
  return { type, id: (await userNamed(app, id)).id }
}

type Search = (page: { token: string }) => Promise<Found>

async function searchOf({ access }: App, who: Entity, action: string, what: Entity): Promise<Search> {
  const { ground } = access
  const subject = { type: who.type, id: who.id ?? '' }
  const resource = { type: what.type, id: what.id ?? '' }
  if (who.id === undefined)
    return (page) => searchSubjects(ground, { subject, action: { name: action }, resource, page })
  if (what.id === undefined)
    return (page) => searchResources(ground, { subject, action: { name: action }, resource, page })
  return (page) => searchActions(ground, { subject, resource, page })
}

async function all(search: Search): Promise<readonly string[]> {
  const ids: string[] = []
  for (let token = ''; ; ) {
    const found = await search({ token })
    ids.push(...found.ids)
    if (found.nextToken === '') return ids
    token = found.nextToken
  }
}
