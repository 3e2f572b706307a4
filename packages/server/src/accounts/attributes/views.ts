import * as v from 'valibot'
import { view } from '../../http/schema.ts'
import { attributeKinds } from './attribute-value.ts'
import { type AttributeRow, personMay } from './store.ts'
import type { PersonAttribute } from './values.ts'

export const attributeView = view<AttributeRow>()(
  {
    key: v.string(),
    label: v.string(),
    kind: v.picklist(attributeKinds),
    /** Of a text; null: 500. */
    longest: v.nullable(v.number()),
    /** The only values of a text; null: every text. */
    allowed: v.nullable(v.array(v.string())),
    /** Of a number; null: no bound. */
    least: v.nullable(v.number()),
    most: v.nullable(v.number()),
    person_may: v.picklist(personMay),
    required: v.boolean(),
    searchable: v.boolean(),
  },
  ({ key, label, kind, bounds, person_may, is_required, is_searchable }) => ({
    ...{ key, label, kind, person_may, required: is_required, searchable: is_searchable },
    longest: bounds.longest ?? null,
    allowed: bounds.allowed ?? null,
    least: bounds.least ?? null,
    most: bounds.most ?? null,
  }),
)

const attributeValue = v.union([v.string(), v.number(), v.boolean()])

export const personAttributeView = view<PersonAttribute>()(
  { ...attributeView.schema.entries, value: v.nullable(attributeValue) },
  ({ attribute, value }) => ({ ...attributeView.show(attribute), value }),
)
