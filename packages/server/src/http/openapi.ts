import { readFileSync } from 'node:fs'
import { toJsonSchema } from '@valibot/to-json-schema'
import type { GenericSchema } from 'valibot'
import type { RefusalCode } from '../refusal-codes.ts'
import { bodyMediaTypes } from './body.ts'
import { textStatusOf } from './problem.ts'
import { problems } from './problems.ts'
import { refusalsOf } from './refusals.ts'
import { type Described, type ErrorForm, errorFormOf, type Route } from './route.ts'

export interface OpenApiDocument {
  readonly openapi: '3.1.0'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly servers: readonly { readonly url: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: Readonly<Record<string, unknown>>
}
export interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
  readonly description: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: RequestBody
  readonly responses: Readonly<Record<string, Response>>
  readonly security: readonly object[]
}

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly schema: object
  readonly description?: string
}

export interface RequestBody {
  readonly required: boolean
  readonly content: Readonly<Record<string, { readonly schema: object }>>
}

export interface Response {
  readonly description: string
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly schema: object }>>
  readonly content?: Readonly<Record<string, { readonly schema: object }>>
}

/**
 * The routes as an OpenAPI 3.1 document. What it says is what the edge enforces: both read the same schemas. Pages for
 * people are no interface, and are left out.
 */
export function openApi(routes: readonly Route[], issuer: string): OpenApiDocument {
  const paths: Record<string, Record<string, Operation>> = {}
  for (const route of routes.filter(({ tag }) => tag !== 'pages')) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Latchkey',
      version: version(),
      description: 'One server and one token for people, devices and services.',
    },
    servers: [{ url: issuer }],
    paths,
    components: {
      securitySchemes,
      schemas: { Problem: problemSchema, OauthError: oauthErrorSchema },
    },
  }
}

function operationOf(route: Route): Operation {
  const mediaType = bodyMediaTypes[route.bodyType ?? 'json']
  return {
    operationId: route.id,
    summary: route.summary,
    tags: [route.tag],
    description: accessInWords(route),
    parameters: [
      ...parametersOf(route.params, 'path'),
      ...parametersOf(route.query, 'query'),
      ...(route.proof ? [proofParameter] : []),
    ],
    ...(route.body && {
      requestBody: { required: true, content: { [mediaType]: { schema: schemaOf(route.body) } } },
    }),
    responses: { ...answersOf(route), ...refusalResponses(route) },
    // Either the one, or the two together.
    security: route.access === 'public' ? [] : [{ bearer: [] }, { dpop: [], proof: [] }],
  }
}

function answersOf(route: Route): Record<string, Response> {
  const shown = ([status, described]: [string, Described]): [string, Response] => {
    const { description, body, type, headers } = described
    const content = body
      ? { 'application/json': { schema: schemaOf(body, 'output') } }
      : type && { [mediaTypes[type]]: { schema: text } }
    const named = Object.entries(headers ?? {}).map(([name, says]) => [
      name,
      { description: says, schema: text },
    ])
    return [
      status,
      {
        description,
        ...(named.length > 0 && { headers: Object.fromEntries(named) }),
        ...(content && { content }),
      },
    ]
  }
  return Object.fromEntries(Object.entries(route.answers).map(shown))
}

const mediaTypes = {
  page: 'text/html',
  text: 'text/plain',
  file: 'application/octet-stream',
  events: 'text/event-stream',
}

/** One response a status, with the codes that it may carry and the body that this route gives. */
function refusalResponses(route: Route): Record<string, Response> {
  const form = errorFormOf(route)
  const statusOf = (code: RefusalCode) => (form === 'text' ? textStatusOf(code) : problems[code].status)
  const byStatus = Map.groupBy(refusalsOf(route), statusOf)
  const content = errorContents[form]
  const responses = [...byStatus]
    .sort(([a], [b]) => a - b)
    .map(([status, codes]) => [
      String(status),
      { description: codes.map((code) => `\`${code}\`: ${problems[code].title}.`).join(' '), content },
    ])
  return {
    ...Object.fromEntries(responses),
    default: { description: 'Something went wrong here: `internal`.', content },
  }
}

const errorContents: Readonly<Record<ErrorForm, Response['content']>> = {
  problem: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  oauth: { 'application/json': { schema: { $ref: '#/components/schemas/OauthError' } } },
  text: { 'text/plain': { schema: { type: 'string' } } },
  page: { 'text/html': { schema: { type: 'string' } } },
}

const named: Readonly<Record<string, string>> = {
  api_key: 'an API key',
  application: 'an application by itself',
}

function accessInWords({ access, apiKeys = false }: Route): string {
  if (access === 'public') return 'Open to anyone.'
  const anyone = apiKeys ? 'anyone with a valid token' : 'anyone with a valid token that is no API key'
  const who = access.kinds?.map((kind) => named[kind] ?? `a ${kind}`).join(' or ') ?? anyone
  return `For ${who}${access.permission ? `, with the permission \`${access.permission}\`` : ''}.`
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, object>>
  readonly required?: readonly string[]
}

function parametersOf(schema: GenericSchema | undefined, place: 'path' | 'query'): Parameter[] {
  if (!schema) return []
  const { properties = {}, required = [] } = schemaOf(schema) as ObjectSchema // params and query are objects by construction
  return Object.entries(properties).map(([name, shape]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: shape,
  }))
}

/** What goes in is described before a transformation makes a number of it. What JSON Schema cannot say is left open. */
function schemaOf(schema: GenericSchema, typeMode: 'input' | 'output' = 'input'): object {
  const { $schema: _, ...described } = toJsonSchema(schema, {
    typeMode,
    errorMode: 'ignore',
    target: 'draft-2020-12',
  })
  return described
}

const text = { type: 'string' }

const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
  dpop: {
    type: 'http',
    scheme: 'DPoP',
    description: 'A token that is bound to a key of the client (RFC 9449 section 7.1), with a proof.',
  },
  proof: {
    type: 'apiKey',
    in: 'header',
    name: 'DPoP',
    description: 'The proof of that key for this request, with the hash of the token (RFC 9449 section 4.2).',
  },
}

const proofParameter: Parameter = {
  name: 'DPoP',
  in: 'header',
  required: false,
  description:
    'A proof of a key of the client (RFC 9449 section 4.2), without `ath`: the tokens of the answer are bound to that key, and `token_type` is `DPoP`.',
  schema: text,
}

const problemSchema = {
  type: 'object',
  description: 'Problem details (RFC 9457).',
  properties: {
    type: text,
    title: text,
    status: { type: 'integer' },
    code: text,
    detail: text,
    requestId: text,
    errors: {
      type: 'array',
      items: { type: 'object', properties: { field: text, reason: text, code: text } },
    },
  },
  required: ['type', 'title', 'status', 'code', 'detail', 'requestId'],
}

const oauthErrorSchema = {
  type: 'object',
  description: 'An error of the token endpoint (RFC 6749 section 5.2).',
  properties: { error: text, error_description: text },
  required: ['error'],
}

function version(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version // our own file
}
