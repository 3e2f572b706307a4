import type { InferOutput } from 'valibot'
import { isPermission } from '../permissions.ts'
import { judge, scopesOf } from './decide.ts'
import type { AccessGround } from './ground.ts'
import { deedOf, pageOfNames, resourceKinds, subjectKinds } from './kinds.ts'
import { type Found, pageOfFound } from './pages.ts'
import type { actionSearchBody, resourceSearchBody, subjectSearchBody } from './schemas.ts'

// A candidate is found if the decision about it is to permit, by the function that answers a single question. Those that cannot
// be permitted are left out before, so that a search reads little.

const nothing: Found = { ids: [], nextToken: '' }

/** The subjects of a kind that may do something with a resource. */
export async function searchSubjects(
  ground: AccessGround,
  { subject, action, resource, page = {} }: InferOutput<typeof subjectSearchBody>,
): Promise<Found> {
  const subjects = subjectKinds(ground).get(subject.type)
  const kind = resourceKinds(ground).get(resource.type)
  const reach = await kind?.reachOf(resource.id)
  const deed = kind && reach && deedOf(kind, action.name, { id: resource.id, reach })
  if (!subjects || !deed) return nothing
  return pageOfFound(
    ['subject', subject.type, action.name, resource.type, resource.id],
    page,
    (after, limit) =>
      'permission' in deed
        ? subjects.mayHold(deed.permission, after, limit)
        : ground.devices.relatedTo(deed.uid, after, limit),
    async (id) => {
      const holder = await subjects.find(id)
      return (
        holder !== undefined && (await judge(ground.devices.decide, id, holder, deed)).reason === 'allowed'
      )
    },
  )
}

/** The resources of a kind with which a subject may do something. */
export async function searchResources(
  ground: AccessGround,
  { subject, action, resource, page = {} }: InferOutput<typeof resourceSearchBody>,
): Promise<Found> {
  const holder = await subjectKinds(ground).get(subject.type)?.find(subject.id)
  const kind = resourceKinds(ground).get(resource.type)
  if (!holder || !kind?.actions.includes(action.name)) return nothing
  const lacks = isPermission(action.name) && !scopesOf(holder).has(action.name)
  if (lacks || !holder.isEnabled) return nothing
  return pageOfFound(
    ['resource', subject.type, subject.id, action.name, resource.type],
    page,
    (after, limit) =>
      isPermission(action.name) ? kind.ids(after, limit) : ground.devices.devicesOf(subject.id, after, limit),
    async (id) => {
      const reach = await kind.reachOf(id)
      const deed = reach && deedOf(kind, action.name, { id, reach })
      if (!deed) return false
      return (await judge(ground.devices.decide, subject.id, holder, deed)).reason === 'allowed'
    },
  )
}

/** What a subject may do with a resource. */
export async function searchActions(
  ground: AccessGround,
  { subject, resource, page = {} }: InferOutput<typeof actionSearchBody>,
): Promise<Found> {
  const holder = await subjectKinds(ground).get(subject.type)?.find(subject.id)
  const kind = resourceKinds(ground).get(resource.type)
  const reach = await kind?.reachOf(resource.id)
  if (!holder || !kind || !reach) return nothing
  return pageOfFound(
    ['action', subject.type, subject.id, resource.type, resource.id],
    page,
    async (after, limit) => pageOfNames(kind.actions, after, limit),
    async (name) => {
      const deed = deedOf(kind, name, { id: resource.id, reach })
      return (
        deed !== undefined &&
        (await judge(ground.devices.decide, subject.id, holder, deed)).reason === 'allowed'
      )
    },
  )
}
