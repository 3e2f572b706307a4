/** The adapters that must agree, and what the page calls them. */
export const adapters = {
  node: 'node',
  fetch: 'fetch',
  express: 'express 5',
  'express-4': 'express 4',
  fastify: 'fastify 5',
  hono: 'hono 4',
  koa: 'koa 3',
  'nest-express': 'nest 11 on express',
  'nest-fastify': 'nest 11 on fastify',
} as const

export type AdapterName = keyof typeof adapters

/** Those that have `upgrade`. */
export const withUpgrade = [
  'node',
  'express',
  'express-4',
  'fastify',
  'koa',
] as const satisfies readonly AdapterName[]

/** One request, and what every adapter answers to it. */
export interface Row {
  /** As in docs/guards.md. */
  readonly number: number
  /** What is sent, in words. */
  readonly name: string
  readonly path?: string
  readonly method?: string
  readonly authorization?: string | readonly string[]
  readonly headers?: Readonly<Record<string, string>>
  readonly status: number
  /** The whole `WWW-Authenticate`; null where there must be none. Not looked at where the handler is reached. */
  readonly challenge?: string | null
  readonly error?: string
  /** More that the body must hold. */
  readonly body?: Readonly<Record<string, unknown>>
  readonly answerHeaders?: Readonly<Record<string, string>>
  /** Who the handler sees; undefined where it must not be reached at all. */
  readonly subject?: string | null
  /** Adapters for which it means something; all if not given. */
  readonly only?: readonly AdapterName[]
}
