import type { AdapterName } from './row.ts'

/** What comes of a guard that is used wrongly. A request without a token never reaches the handler. */
export type MisuseOutcome =
  /** A TypeError where the mistake is written. */
  | 'TypeError'
  /** The app ends with an error when it starts. */
  | 'does not start'
  /** The framework answers that the program has failed. */
  | '500'
  /** The route is protected all the same. */
  | '401'

export interface MisuseRow {
  /** What is written, in words. */
  readonly name: string
  /** For each adapter for which it means something. */
  readonly outcomes: Readonly<Partial<Record<AdapterName, MisuseOutcome>>>
}

const everywhere = (outcome: MisuseOutcome): MisuseRow['outcomes'] => ({
  node: outcome,
  fetch: outcome,
  express: outcome,
  'express-4': outcome,
  fastify: outcome,
  hono: outcome,
  koa: outcome,
  'nest-express': outcome,
  'nest-fastify': outcome,
})
const middleware = (outcome: MisuseOutcome): MisuseRow['outcomes'] => ({
  express: outcome,
  'express-4': outcome,
  fastify: outcome,
  hono: outcome,
  koa: outcome,
})
const nest = (outcome: MisuseOutcome): MisuseRow['outcomes'] => ({
  'nest-express': outcome,
  'nest-fastify': outcome,
})

/** Ways to use a guard that used to let everybody in, or might: each is noticed, or does no harm. */
export const misuseRows: readonly MisuseRow[] = [
  { name: 'an option of `createGuard` that is misspelt', outcomes: everywhere('TypeError') },
  { name: 'a member of a policy that is misspelt', outcomes: everywhere('TypeError') },
  { name: 'a policy whose scope is undefined', outcomes: everywhere('TypeError') },
  {
    name: 'a request in place of a policy: `guard.required(request)`',
    outcomes: everywhere('TypeError'),
  },
  { name: '`guard.required` without a call, as the middleware', outcomes: middleware('500') },
  {
    name: 'the guard in place of what its methods return',
    outcomes: { ...middleware('does not start'), hono: '500', ...nest('401') },
  },
  { name: 'a rule that rejects with nothing', outcomes: middleware('500') },
  { name: 'a rule that throws nothing', outcomes: middleware('500') },
  { name: "a rule that rejects with `'route'`", outcomes: middleware('500') },
  {
    name: 'what `required` returns, called without `next` or `done`',
    outcomes: { node: 'TypeError', ...middleware('500') },
  },
  { name: 'a listener without a handler', outcomes: { node: 'TypeError' } },
  {
    name: 'an `upgrade` without a handler',
    outcomes: { node: 'TypeError', express: 'TypeError', fastify: 'TypeError', koa: 'TypeError' },
  },
  { name: 'the plugin registered without `await`', outcomes: { fastify: '401' } },
  { name: 'the plugin registered after the route', outcomes: { fastify: '401' } },
  { name: 'the plugin registered after a plugin with the route', outcomes: { fastify: '401' } },
  { name: 'the plugin never registered', outcomes: { fastify: 'does not start' } },
  { name: 'the plugin registered in another scope than the route', outcomes: { fastify: 'does not start' } },
  { name: 'an option of the plugin that is misspelt', outcomes: { fastify: 'does not start' } },
  { name: 'a `config.auth` that is undefined', outcomes: { fastify: 'TypeError' } },
  { name: 'a `config.auth` that is no policy', outcomes: { fastify: 'TypeError' } },
  { name: 'a wrong `config.auth` before the plugin', outcomes: { fastify: 'does not start' } },
  { name: '`@Auth` on a method without the module', outcomes: nest('500') },
  { name: '`@Auth` on a class without the module', outcomes: nest('500') },
  { name: '`@Auth` without the module, `request.auth` set by somebody else', outcomes: nest('500') },
  { name: '`@Auth` without parentheses', outcomes: nest('TypeError') },
]
