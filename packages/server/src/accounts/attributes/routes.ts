import * as v from 'valibot'
import { Refusal } from '../../errors.ts'
import { created, done, ok, routesFor } from '../../http/route.ts'
import { line, whole, wholeNumber } from '../../http/schema.ts'
import type { AccountsGround } from '../ground.ts'
import { requireUser } from '../users/require-user.ts'
import { attributeKinds, longestText } from './attribute-value.ts'
import {
  addAttribute,
  attributeKey,
  changeAttribute,
  mostAllowed,
  mostAttributes,
  removeAttribute,
} from './attributes.ts'
import { setAttributes, setMyAttributes } from './change.ts'
import { countValues, findAttribute, findAttributes, personMay } from './store.ts'
import { attributesOf } from './values.ts'
import { attributeView, personAttributeView } from './views.ts'

const route = routesFor<AccountsGround>()

const key = v.pipe(v.string(), v.regex(attributeKey))
const byKey = v.strictObject({ key: line(40) })
const byId = v.strictObject({ id: line(64) })

const bounds = {
  longest: v.optional(
    v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(longestText))),
  ),
  allowed: v.optional(
    v.nullable(v.pipe(v.array(line(longestText)), v.minLength(1), v.maxLength(mostAllowed))),
  ),
  least: v.optional(v.nullable(v.pipe(v.number(), v.finite()))),
  most: v.optional(v.nullable(v.pipe(v.number(), v.finite()))),
}

/** Values by key. What they have to be, the attributes say. */
export const givenValues = v.pipe(
  v.record(
    line(40),
    v.nullable(v.union([v.pipe(v.string(), v.maxLength(longestText)), v.number(), v.boolean()])),
  ),
  v.maxEntries(mostAttributes),
)

export const listAttributes = route({
  id: 'listAttributes',
  method: 'GET',
  path: '/v1/attributes',
  tag: 'accounts',
  summary: 'List the attributes that people may have.',
  access: { permission: 'users:read' },
  acting: true,
  apiKeys: true,
  answers: { 200: { description: 'The attributes.', body: whole(attributeView.schema) } },
  handle: async ({ db }) => ok({ items: (await findAttributes(db)).map(attributeView.show), next: null }),
})

export const addAttributeRoute = route({
  id: 'addAttribute',
  method: 'POST',
  path: '/v1/attributes',
  tag: 'accounts',
  summary: 'Add an attribute that people may have.',
  access: { permission: 'attributes:write' },
  body: v.strictObject({
    key,
    label: line(100),
    kind: v.picklist(attributeKinds),
    ...bounds,
    person_may: v.optional(v.picklist(personMay), 'nothing'),
    required: v.optional(v.boolean(), false),
    searchable: v.optional(v.boolean(), false),
  }),
  answers: { 201: { description: 'Added.', body: attributeView.schema } },
  refuses: ['attribute_exists'],
  async handle(ground, { actor, body: { required, searchable, longest, allowed, least, most, ...rest } }) {
    const row = await addAttribute(ground, actor, {
      ...{ ...rest, is_required: required, is_searchable: searchable },
      bounds: {
        longest: longest ?? undefined,
        allowed: allowed ?? undefined,
        least: least ?? undefined,
        most: most ?? undefined,
      },
    })
    return created(attributeView.show(row))
  },
})

export const readAttribute = route({
  id: 'readAttribute',
  method: 'GET',
  path: '/v1/attributes/{key}',
  tag: 'accounts',
  summary: 'See an attribute, and how many people have a value of it.',
  access: { permission: 'users:read' },
  acting: true,
  apiKeys: true,
  params: byKey,
  answers: {
    200: {
      description: 'The attribute.',
      body: v.strictObject({ ...attributeView.schema.entries, people: v.number() }),
    },
  },
  refuses: ['attribute_not_found'],
  async handle({ db }, { params }) {
    const row = await findAttribute(db, params.key)
    if (!row) throw new Refusal('attribute_not_found', 'there is no attribute of this key')
    return ok({ ...attributeView.show(row), people: await countValues(db, row.key) })
  },
})

export const changeAttributeRoute = route({
  id: 'changeAttribute',
  method: 'PATCH',
  path: '/v1/attributes/{key}',
  tag: 'accounts',
  summary: 'Change an attribute, except for its key and its kind. Values that people have stay as they are.',
  access: { permission: 'attributes:write' },
  params: byKey,
  body: v.strictObject({
    label: v.optional(line(100)),
    ...bounds,
    person_may: v.optional(v.picklist(personMay)),
    required: v.optional(v.boolean()),
    searchable: v.optional(v.boolean()),
  }),
  answers: { 200: { description: 'The attribute, changed.', body: attributeView.schema } },
  refuses: ['attribute_not_found'],
  async handle(ground, { actor, params, body: { required, searchable, label, person_may, ...given } }) {
    const change = { label, person_may, is_required: required, is_searchable: searchable }
    return ok(
      attributeView.show(await changeAttribute(ground, actor, params.key, { ...change, bounds: given })),
    )
  },
})

export const removeAttributeRoute = route({
  id: 'removeAttribute',
  method: 'DELETE',
  path: '/v1/attributes/{key}',
  tag: 'accounts',
  summary:
    'Remove an attribute and every value of it. `people` is how many have one; with another number it is refused, and the refusal says the right one.',
  access: { permission: 'attributes:write' },
  params: byKey,
  query: v.strictObject({ people: v.optional(wholeNumber(0, 1e12), '0') }),
  answers: { 204: { description: 'Removed.' } },
  refuses: ['attribute_not_found', 'attribute_in_use'],
  async handle(ground, { actor, params, query }) {
    await removeAttribute(ground, actor, params.key, query.people)
    return done
  },
})

export const readUserAttributes = route({
  id: 'readUserAttributes',
  method: 'GET',
  path: '/v1/users/{id}/attributes',
  tag: 'accounts',
  summary: 'Every attribute, with the value that a user has.',
  access: { permission: 'users:read' },
  acting: true,
  apiKeys: true,
  params: byId,
  answers: { 200: { description: 'The attributes.', body: whole(personAttributeView.schema) } },
  refuses: ['user_not_found'],
  async handle({ db }, { params }) {
    await requireUser(db, params.id)
    const items = await attributesOf(db, params.id, 'administrator')
    return ok({ items: items.map(personAttributeView.show), next: null })
  },
})

export const setUserAttributes = route({
  id: 'setUserAttributes',
  method: 'PATCH',
  path: '/v1/users/{id}/attributes',
  tag: 'accounts',
  summary: 'Set values of a user; null takes one away, and what is not named stays.',
  access: { permission: 'users:write' },
  apiKeys: true,
  params: byId,
  body: givenValues,
  answers: { 200: { description: 'The attributes, changed.', body: whole(personAttributeView.schema) } },
  refuses: ['user_not_found', 'permission_missing'],
  async handle(ground, { actor, params, body }) {
    const items = await setAttributes(ground, actor, params.id, body)
    return ok({ items: items.map(personAttributeView.show), next: null })
  },
})

export const readMyAttributes = route({
  id: 'readMyAttributes',
  method: 'GET',
  path: '/v1/me/attributes',
  tag: 'own account',
  summary: 'The attributes that one may see, with one’s own values.',
  access: { kinds: ['user'] },
  acting: true,
  answers: { 200: { description: 'The attributes.', body: whole(personAttributeView.schema) } },
  async handle({ db }, { actor }) {
    const items = await attributesOf(db, actor.identity.subject, 'person')
    return ok({ items: items.map(personAttributeView.show), next: null })
  },
})

export const setMyAttributesRoute = route({
  id: 'setMyAttributes',
  method: 'PATCH',
  path: '/v1/me/attributes',
  tag: 'own account',
  summary: 'Set values of one’s own, where one may; null takes one away, and what is not named stays.',
  access: { kinds: ['user'] },
  body: givenValues,
  answers: { 200: { description: 'The attributes, changed.', body: whole(personAttributeView.schema) } },
  refuses: ['user_not_found'],
  async handle(ground, { actor, body }) {
    const items = await setMyAttributes(ground, actor, body)
    return ok({ items: items.map(personAttributeView.show), next: null })
  },
})
