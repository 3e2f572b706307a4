/**
 * docs/api.md, from the server's OpenAPI document: every operation, who may, what it takes with its limits, and how it refuses.
 * `npm run docs` writes it; a test says when it is no longer true.
 */
import { type OpenApiDocument, readOpenApi } from './console-operations.ts'

/** The keywords of JSON Schema that say what may be sent. */
interface Asked {
  readonly $ref?: string
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Asked[]
  readonly oneOf?: readonly Asked[]
  readonly properties?: Readonly<Record<string, Asked>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Asked | boolean
  readonly propertyNames?: Asked
  readonly items?: Asked
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly maxProperties?: number
  readonly pattern?: string
  readonly format?: string
  readonly default?: unknown
}

interface Described {
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly tags: readonly string[]
  readonly parameters?: readonly { name: string; in: string; required?: boolean; schema?: Asked }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Asked }>> }
  readonly responses: Readonly<Record<string, { readonly description?: string }>>
}

/** One line without control characters and such, which most texts are. */
const linePattern = String.raw`^[^\p{C}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Zl}\p{Zp}]*$`

/** What may be sent, in a line: `text 1 to 200`, `list (0 to 20) of number`, `{ name: text, until?: date-time }`. */
export function said(schema: Asked): string {
  const { type, properties, items } = schema
  if (schema.$ref !== undefined) return schema.$ref.split('/').at(-1) ?? ''
  if ('const' in schema) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(' or ')
  const either = schema.anyOf ?? schema.oneOf
  if (either) return either.map(said).join(' or ')
  if (type === 'array')
    return `list${range(schema.minItems, schema.maxItems)}${items ? ` of ${said(items)}` : ''}`
  if (type === 'object' && properties && Object.keys(properties).length > 0)
    return `{ ${membersOf(schema).join(', ')} }`
  if (type === 'object') {
    const { additionalProperties: more, propertyNames: names } = schema
    const of = typeof more === 'object' ? ` of ${names ? `${said(names)}: ` : ''}${said(more)}` : ''
    return `object${range(undefined, schema.maxProperties)}${of}`
  }
  if (type === 'string') {
    const { pattern, format = 'text' } = schema
    const form = pattern === undefined || pattern === linePattern ? '' : ` ${pattern}`
    return `${format}${range(schema.minLength, schema.maxLength)}${form}`
  }
  return `${type ?? 'anything'}${range(schema.minimum, schema.maximum)}`
}

function range(least: number | undefined, most: number | undefined): string {
  if (least === undefined) return most === undefined ? '' : ` (up to ${most})`
  return most === undefined ? ` (from ${least})` : ` (${least} to ${most})`
}

function membersOf({ properties = {}, required = [] }: Asked): string[] {
  return Object.entries(properties).map(([name, schema]) => member(name, schema, required.includes(name)))
}

function member(name: string, schema: Asked, isRequired: boolean): string {
  const value = schema.default === undefined ? '' : ` = ${JSON.stringify(schema.default)}`
  return `${name}${isRequired ? '' : '?'}: ${said(schema)}${value}`
}

/** Codes stand in backticks in the description of a status. */
function refusalsOf({ responses }: Described): string {
  const codes = Object.entries(responses)
    .filter(([status]) => /^[45]/.test(status))
    .map(([status, { description = '' }]) => {
      const named = [...description.matchAll(/`([a-z_]+)`/g)].map(([, code]) => code)
      return named.length === 0 ? status : `${status} ${named.join(', ')}`
    })
  return codes.join('; ')
}

function blockOf(method: string, path: string, operation: Described): string {
  const { summary, description, parameters = [], requestBody, responses } = operation
  const list = (name: string, texts: readonly string[]) =>
    texts.length === 0 ? [] : [`- ${name}: ${texts.map((text) => `\`${text}\``).join(', ')}`]
  const within = (where: string) =>
    parameters
      .filter((one) => one.in === where)
      .map(({ name, schema = {}, required = false }) => member(name, schema, required))
  const bodies = Object.entries(requestBody?.content ?? {}).flatMap(([type, { schema }]) =>
    list(type, schema ? (schema.properties ? membersOf(schema) : [said(schema)]) : ['anything']),
  )
  const good = Object.keys(responses).filter((status) => /^[123]/.test(status))
  return [
    `### ${method.toUpperCase()} ${path}`,
    '',
    `${summary}${description === undefined ? '' : ` ${description.replaceAll('\n', ' ')}`}`,
    '',
    ...list('path', within('path')),
    ...list('query', within('query')),
    ...list('header', within('header')),
    ...bodies,
    `- answers: ${good.join(', ')}; refuses: ${refusalsOf(operation)}`,
    '',
  ].join('\n')
}

export function apiPage({ paths }: OpenApiDocument): string {
  const byTag = new Map<string, string[]>()
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const described = operation as Described // the server's own
      const tag = described.tags[0] ?? ''
      byTag.set(tag, [...(byTag.get(tag) ?? []), blockOf(method, path, described)])
    }
  }
  const parts = [...byTag].map(([tag, blocks]) => `## ${tag}\n\n${blocks.join('\n')}`)
  return `# The HTTP interface

<!-- Written by \`npm run docs\` from the server's OpenAPI document; a change made by hand is lost. -->

Every operation: who may, what it takes, and how it refuses. What it answers, with examples, stands at \`/docs\` of a running server and in
\`/openapi.json\`, which \`latchkey openapi\` prints. A \`?\` marks what may be left out, and \`=\` what holds then. A text is one line of so many
characters, without control characters, unless a pattern says otherwise. A refusal is [problem details](https://www.rfc-editor.org/rfc/rfc9457) with one of
these codes.

${parts.join('\n')}`
}

if (import.meta.main) {
  const { writeFileSync } = await import('node:fs')
  writeFileSync('docs/api.md', apiPage(readOpenApi()))
}
