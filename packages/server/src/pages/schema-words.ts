/** As much of JSON Schema as our own schemas become. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly format?: string
}

/** A member of a body, with the way to it: `items[].uid`. */
export interface Field {
  readonly name: string
  readonly type: string
  readonly isRequired: boolean
}

/** The members of a schema, those of members that are objects below them. One field without a name if it is no object. */
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
  return [own]
}

/** What a value must be, in words. */
function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return `one of ${schema.enum.map((value) => JSON.stringify(value)).join(', ')}`
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' or ')
  if (schema.items) return `list of ${schema.items.properties ? 'objects' : typeOf(schema.items)}`
  switch (schema.type) {
    case 'string':
      return `text${boundsOf(schema.minLength, schema.maxLength, 'characters')}`
    case 'number':
    case 'integer':
      return `number${boundsOf(schema.minimum, schema.maximum, '')}`
    case 'boolean':
      return 'true or false'
    case 'null':
      return 'null'
    case 'object':
      return 'object'
    default:
      return 'any JSON'
  }
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
