import { withoutHidden } from '../text.ts'

/** As much of JSON Schema as our own schemas become. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly propertyNames?: Schema
  readonly maxProperties?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly pattern?: string
  readonly format?: string
  readonly default?: unknown
}

/** A member of a body, with the way to it: `items[].uid`. */
export interface Field {
  readonly name: string
  readonly type: string
  readonly isRequired: boolean
}

/**
 * The members of a schema, those of members that are objects below them, and of several objects of which it is one those of each. One
 * field without a name if it is no object.
 */
export function fieldsOf(prefix: string, schema: Schema, isRequired = true): Field[] {
  const { properties, required = [] } = schema
  if (properties) {
    const inner = Object.entries(properties).flatMap(([name, member]) =>
      fieldsOf(prefix === '' ? name : `${prefix}.${name}`, member, required.includes(name)),
    )
    return prefix === '' ? inner : [{ name: prefix, type: 'object', isRequired }, ...inner]
  }
  const own = { name: prefix, type: typeOf(schema), isRequired }
  if (schema.items?.properties) return [own, ...fieldsOf(`${prefix}[]`, schema.items).slice(1)]
  const inner = membersOfAny(prefix, eitherOf(schema))
  return prefix === '' && inner.length > 0 ? inner : [own, ...inner]
}

/** The members of objects of which one is sent. What is not required by each may be left out. */
function membersOfAny(prefix: string, either: readonly Schema[]): Field[] {
  const objects = either.filter(({ properties }) => properties !== undefined)
  const isOptional = (name: string) => objects.some(({ required = [] }) => !required.includes(name))
  const fields = objects.flatMap((one) => {
    const names = Object.keys(one.properties ?? {}).filter(isOptional)
    return fieldsOf(prefix, {
      ...one,
      required: (one.required ?? []).filter((name) => !names.includes(name)),
    })
  })
  const told = new Map(fields.map((field) => [JSON.stringify(field), field]))
  return [...told.values()].filter(({ name }) => name !== prefix)
}

const eitherOf = ({ anyOf, oneOf }: Schema) => anyOf ?? oneOf ?? []

/** What a value must be, in words. */
function typeOf(schema: Schema): string {
  const unless = schema.default === undefined ? '' : `; ${JSON.stringify(schema.default)} unless given`
  return bareTypeOf(schema) + unless
}

function bareTypeOf(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return `one of ${schema.enum.map((value) => JSON.stringify(value)).join(', ')}`
  if (eitherOf(schema).length > 0) return [...new Set(eitherOf(schema).map(typeOf))].join(' or ')
  if (schema.items) {
    const { items, minItems, maxItems } = schema
    const of = items.properties ? 'objects' : typeOf(items)
    return `list of ${of}${boundsOf(minItems, maxItems, 'of them')}`
  }
  switch (schema.type) {
    case 'string':
      return `${schema.format ?? 'text'}${boundsOf(schema.minLength, schema.maxLength, 'characters')}${formOf(schema)}`
    case 'number':
    case 'integer':
      return `number${boundsOf(schema.minimum, schema.maximum, '')}`
    case 'boolean':
      return 'true or false'
    case 'null':
      return 'null'
    case 'object':
      return mapOf(schema)
    default:
      return 'any JSON'
  }
}

/** An object whose members have names that whoever sends it chooses. */
function mapOf({ additionalProperties: values, propertyNames: names, maxProperties }: Schema): string {
  if (typeof values !== 'object') return 'object'
  const named = names === undefined ? '' : `, each name ${typeOf(names)}`
  return `object${boundsOf(undefined, maxProperties, 'members')}${named}, each value ${typeOf(values)}`
}

/** Most texts are one line of what can be seen, which is not said of each. */
function formOf({ pattern }: Schema): string {
  return pattern === undefined || pattern === withoutHidden.source ? '' : `, of the form ${pattern}`
}

function boundsOf(least: number | undefined, most: number | undefined, of: string): string {
  if (most === undefined) return ''
  return `, ${least === undefined ? 'at most' : `${least} to`} ${most} ${of}`.trimEnd()
}

/** Values by the names of members, so that an example looks like what comes. */
const known: Readonly<Record<string, unknown>> = {
  uid: 's678vmmwjgjv4v96tx6xq',
  username: 'ada',
  display_name: 'Ada',
  name: 'Hall lamp',
  product: 'lamp',
  password: 'a lamp, a latch and a key',
  user_type: 'customer',
  id: 'usr_06h27e3z35s2h96q1a69tzhce8',
  session: 'ses_06h27e3z35s2h96q1a69tzhce8',
  session_id: 'ses_06h27e3z35s2h96q1a69tzhce8',
  method: 'switch',
  grant_type: 'client_credentials',
  kid: 'RXA_UBMDVM0hUReXD9FM4X-K10QrVeXv91Ef2IJgUxI',
  key: { kty: 'EC', crv: 'P-256', x: '…', y: '…' },
  payload: { celsius: 21.5 },
  desired: { on: true },
  reported: { on: true },
  delta: {},
  scope: 'devices:read',
  status: 'ok',
}

/** A value that the schema describes. */
export function exampleOf(schema: Schema, name = ''): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  if (Object.hasOwn(known, name)) return known[name]
  if (schema.anyOf) return exampleOf(schema.anyOf[0] ?? {}, name)
  if (schema.items) return [exampleOf(schema.items)]
  if (schema.properties) {
    const members = Object.entries(schema.properties).map(([member, of]) => [member, exampleOf(of, member)])
    return Object.fromEntries(members)
  }
  switch (schema.type) {
    case 'string':
      return /(_at|^at|until|from|to)$/.test(name) ? '2026-01-15T12:00:00.000Z' : '…'
    case 'number':
    case 'integer':
      return schema.minimum ?? 1
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return {}
  }
}
