/**
 * packages/console/src/api/operations.ts, from the server's OpenAPI document: the types of what each operation takes and
 * answers. `npm run docs` writes it; a test says when it is no longer true.
 */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { OpenApiDocument as ServerDocument } from '../../packages/server/src/http/openapi.ts'

/** A schema as OpenAPI 3.1 has it: JSON Schema, of which only these keywords say something about types. */
export interface Schema {
  readonly $ref?: string
  readonly description?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema | boolean
  readonly prefixItems?: readonly Schema[]
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly schema?: Schema
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>

export interface Operation {
  readonly summary?: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly required?: boolean; readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
}

export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> }
}

/** The text of the module, ordered by path, so that moving a route within the server does not change it. */
export function operationsModule({ paths, components }: OpenApiDocument): string {
  const operations = Object.entries(paths)
    .flatMap(
      ([path, methods]) =>
        Object.entries(methods)
          .filter(([method]) => methodNames.has(method))
          .map(([method, operation]) => ({ method, path, operation: operation as Operation })), // methods hold operations
    )
    .filter(({ operation }) => isCallable(operation))
    .sort((a, b) => compare(`${a.path} ${a.method}`, `${b.path} ${b.method}`))
  const schemas = Object.entries(components?.schemas ?? {}).sort(([a], [b]) => compare(a, b))
  return `// Written by \`npm run docs\` from the server's OpenAPI document; a change made by hand is lost.

/** What each operation of the server takes, and what it answers when it succeeds. */
export interface Operations {
${operations.map(({ method, path, operation }) => operationMember(method, path, operation)).join('\n')}
}

/** What the document gives a name. */
export interface Schemas {
${schemas.map(([name, schema]) => member(name, schema, true, 1)).join('\n')}
}
`
}

const methodNames = new Set(['get', 'put', 'post', 'delete', 'patch'])

/** Forms are for other programs than the console, which sends JSON. */
function isCallable({ requestBody }: Operation): boolean {
  return requestBody === undefined || requestBody.content[json] !== undefined
}

const json = 'application/json'

function operationMember(method: string, path: string, operation: Operation): string {
  const { parameters = [], requestBody, summary } = operation
  const lines = [
    parametersMember('path', parameters),
    parametersMember('query', parameters),
    requestBody && member('body', requestBody.content[json]?.schema ?? {}, requestBody.required === true, 2),
    `    readonly answer: ${answerType(operation)}`,
  ]
  return `${comment(summary, 1)}  ${nameOf(`${method.toUpperCase()} ${path}`)}: {
${lines.filter((line) => line !== undefined && line !== '').join('\n')}
  }`
}

function parametersMember(where: 'path' | 'query', parameters: readonly Parameter[]): string | undefined {
  const wanted = parameters.filter((parameter) => parameter.in === where)
  if (wanted.length === 0) return undefined
  const mark = wanted.some(({ required }) => required) ? '' : '?'
  const members = wanted.map(({ name, schema = {}, required = false }) => {
    // Left out and undefined are the same in an address.
    const type = typeOf(schema, 3) + (required ? '' : ' | undefined')
    return `      readonly ${nameOf(name)}${required ? '' : '?'}: ${type}`
  })
  return `    readonly ${where}${mark}: {\n${members.join('\n')}\n    }`
}

/** The successful answers: `undefined` for one without a body, `unknown` for one that is not JSON. */
function answerType({ responses }: Operation): string {
  const types = Object.entries(responses)
    .filter(([status]) => /^2/.test(status))
    .map(([status, { content }]) => {
      if (status === '204') return 'undefined'
      const schema = content?.[json]?.schema
      return schema === undefined ? 'unknown' : typeOf(schema, 2)
    })
  return union(types)
}

/** The type of a schema. An unsupported keyword yields `unknown`, so that code has to check the value. */
export function typeOf(schema: Schema | boolean, depth: number): string {
  if (typeof schema === 'boolean') return schema ? 'unknown' : 'never'
  if (schema.$ref !== undefined) return referred(schema.$ref)
  if (schema.const !== undefined) return literal(schema.const)
  if (schema.enum) return union(schema.enum.map(literal))
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return union(choices.map((choice) => typeOf(choice, depth)))
  if (schema.allOf) return schema.allOf.map((part) => operand(part, depth)).join(' & ')
  const { type } = schema
  if (type === undefined) return schema.properties ? objectType(schema, depth) : 'unknown'
  if (typeof type !== 'string') return union(type.map((one) => typeOf({ ...schema, type: one }, depth)))
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
      return type
    case 'number':
    case 'integer':
      return 'number'
    case 'array':
      return arrayType(schema, depth)
    case 'object':
      return objectType(schema, depth)
    default:
      return 'unknown'
  }
}

function arrayType({ items = true, prefixItems }: Schema, depth: number): string {
  if (!prefixItems) return `readonly ${operand(items, depth)}[]`
  const rest = items === false ? [] : [`...${operand(items, depth)}[]`]
  return `readonly [${[...prefixItems.map((item) => typeOf(item, depth)), ...rest].join(', ')}]`
}

function objectType(
  { properties = {}, required = [], additionalProperties = true }: Schema,
  depth: number,
): string {
  const members = Object.entries(properties).map(([name, schema]) =>
    member(name, schema, required.includes(name), depth + 1),
  )
  // Additional members are left out where there are named ones: code reads members by name.
  if (members.length === 0 && additionalProperties !== false) {
    return `{ readonly [name: string]: ${typeOf(additionalProperties, depth)} }`
  }
  return members.length === 0
    ? '{ readonly [name: string]: never }'
    : `{\n${members.join('\n')}\n${indent(depth)}}`
}

function member(name: string, schema: Schema, isRequired: boolean, depth: number): string {
  const type = typeOf(schema, depth)
  return `${comment(schema.description, depth)}${indent(depth)}readonly ${nameOf(name)}${isRequired ? '' : '?'}: ${type}`
}

function referred(reference: string): string {
  const name = /^#\/components\/schemas\/([^/]+)$/.exec(reference)?.[1]
  if (name === undefined) throw new Error(`the document refers to ${reference}, which has no type here`)
  return `Schemas[${quoted(name)}]`
}

function union(types: readonly string[]): string {
  const different = [...new Set(types)]
  return different.includes('unknown') ? 'unknown' : different.join(' | ') || 'never'
}

/** The type as an operand: in parentheses if it is written with an operator itself. */
function operand(schema: Schema | boolean, depth: number): string {
  const type = typeOf(schema, depth)
  if (typeof schema === 'boolean' || type === 'unknown') return type
  const { anyOf, oneOf, allOf, enum: values } = schema
  const hasOperator =
    anyOf || oneOf || allOf || values || Array.isArray(schema.type) || schema.type === 'array'
  return hasOperator ? `(${type})` : type
}

function literal(value: unknown): string {
  if (typeof value === 'string') return quoted(value)
  return value === null || typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'unknown'
}

function nameOf(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : quoted(name)
}

function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}

function comment(text: string | undefined, depth: number): string {
  return text === undefined || text === ''
    ? ''
    : `${indent(depth)}/** ${text.replaceAll('*/', '* /').replaceAll(/\s+/g, ' ')} */\n`
}

function indent(depth: number): string {
  return '  '.repeat(depth)
}

/** By code unit, so that every machine writes the same file. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The document as the command prints it, which is the same as the server's `/openapi.json`. */
export function readOpenApi(): ServerDocument {
  const program = fileURLToPath(new URL('../../packages/server/bin/latchkey.js', import.meta.url))
  const options = ['--conditions=latchkey-source', program, 'openapi']
  const text = execFileSync(process.execPath, options, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  return JSON.parse(text) as ServerDocument // the program's own
}

if (import.meta.main) {
  const { mkdirSync, writeFileSync } = await import('node:fs')
  mkdirSync('packages/console/src/api', { recursive: true })
  writeFileSync('packages/console/src/api/operations.ts', operationsModule(readOpenApi()))
}
