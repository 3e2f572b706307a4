import { readFileSync } from 'node:fs'
import { toJsonSchema } from '@valibot/to-json-schema'
import type { GenericSchema } from 'valibot'
import type { Access, Route } from './route.ts'

export interface OpenApiDocument {
  readonly openapi: '3.1.0'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly servers: readonly { readonly url: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: Readonly<Record<string, unknown>>
}
export interface Operation {
  readonly summary: string
  readonly tags: readonly string[]
  readonly description: string
  readonly parameters?: readonly object[]
  readonly requestBody?: object
  readonly responses: Readonly<Record<string, { readonly description: string }>>
  readonly security: readonly object[]
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
      schemas: { Problem: problemSchema },
    },
  }
}

function operationOf(route: Route): Operation {
  const responses: Record<string, { description: string; content?: object }> = {}
  for (const [status, { description, body }] of Object.entries(route.answers)) {
    responses[status] = {
      description,
      ...(body && { content: { 'application/json': { schema: schemaOf(body) } } }),
    }
  }
  responses.default = {
    description: 'Refused or failed.',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  }
  const mediaType = route.bodyType === 'form' ? 'application/x-www-form-urlencoded' : 'application/json'
  return {
    summary: route.summary,
    tags: [route.tag],
    description: accessInWords(route.access),
    parameters: [
      ...parametersOf(route.params, 'path'),
      ...parametersOf(route.query, 'query'),
      ...(route.takesProof ? [proofParameter] : []),
    ],
    ...(route.body && {
      requestBody: { required: true, content: { [mediaType]: { schema: schemaOf(route.body) } } },
    }),
    responses,
    // Either the one, or the two together.
    security: route.access.kind === 'public' ? [] : [{ bearer: [] }, { dpop: [], proof: [] }],
  }
}

function accessInWords(access: Access): string {
  if (access.kind === 'public') return 'Open to anyone.'
  const who = access.callers ? `a ${access.callers.join(' or a ')}` : 'anyone with a valid token'
  return `For ${who}${access.scope ? `, with the permission \`${access.scope}\`` : ''}.`
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, object>>
  readonly required?: readonly string[]
}

function parametersOf(schema: GenericSchema | undefined, place: 'path' | 'query'): object[] {
  if (!schema) return []
  const { properties = {}, required = [] } = schemaOf(schema) as ObjectSchema // params and query are objects by construction
  return Object.entries(properties).map(([name, shape]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: shape,
  }))
}

/** What goes in is described, before a transformation makes a number of it. What JSON Schema cannot say is left open. */
function schemaOf(schema: GenericSchema): object {
  const { $schema: _, ...described } = toJsonSchema(schema, {
    typeMode: 'input',
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

const proofParameter = {
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
    errors: { type: 'array', items: { type: 'object', properties: { field: text, reason: text } } },
  },
  required: ['type', 'title', 'status', 'code', 'detail', 'requestId'],
}

function version(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version // our own file
}
