import type { TestContext } from 'node:test'
import { start as startDrfJwt } from '../../packages/latchkey/test/compat/drf-jwt/project.ts'
import { start as startFlaskJwt } from '../../packages/latchkey/test/compat/flask-jwt/app.ts'
import { startProject as startSimpleJwt } from '../../packages/latchkey/test/compat/simplejwt/project.ts'
import { type AdapterUnderTest, apiFor } from '../../packages/latchkey/test/guard/conformance.ts'
import { hostileRequests } from '../../packages/latchkey/test/guard/hostile.ts'
import { exchange, faultOf, type RawAnswer } from '../../packages/latchkey/test/guard/hostile-exchange.ts'
import { ownAdapters } from '../../packages/latchkey/test/guard/own-adapters.ts'
import { endpoints, hostileForms } from './forms.ts'
import type { Target } from './target.ts'

const frameworks = ['express', 'fastify', 'hono', 'koa', 'nest']

/** Every adapter of the guard, and the ports of three packages from Python, each as its tests start it. */
export async function servers(): Promise<Target[]> {
  const adapters: AdapterUnderTest[] = [...ownAdapters]
  for (const framework of frameworks) {
    adapters.push(...(await adaptersOf(framework)))
  }
  return [
    ...adapters.map((adapter) => ({
      name: adapter.name,
      run: driven((t) => adapter.start(t, apiFor(adapter)), hostileRequests, faultOf),
    })),
    ...Object.entries(ports).map(([name, start]) => ({
      name,
      run: driven(start, (options) => hostileForms({ ...options, endpoint: endpoints[name]! }), faultOfPort),
    })),
  ]
}

async function adaptersOf(framework: string): Promise<readonly AdapterUnderTest[]> {
  const file = `../../examples/frameworks/conformance/${framework}.ts`
  try {
    return ((await import(file)) as { default: readonly AdapterUnderTest[] }).default
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new MissingFrameworks()
  }
}

/** The frameworks are packages of their own, which `npm ci` at the root does not install. */
export class MissingFrameworks extends Error {
  constructor() {
    super('the frameworks are not installed; install them with: npm ci --prefix examples/frameworks')
  }
}

const ports: Readonly<Record<string, (t: TestContext) => Promise<string>>> = {
  'flask-jwt': async (t) => new URL((await (await startFlaskJwt(t))('/open')).url).origin,
  'drf-jwt': async (t) =>
    new URL((await (await startDrfJwt(t, { JWT_ALLOW_REFRESH: true }))('/api-token-auth/')).url).origin,
  simplejwt: async (t) => (await startSimpleJwt(t, { ROTATE_REFRESH_TOKENS: true })).origin,
}

function driven(
  start: (t: TestContext) => Promise<string>,
  requests: (options: { readonly count: number; readonly seed: number }) => Iterable<string>,
  faults: (request: string, answer: RawAnswer) => string | undefined,
): Target['run'] {
  return async ({ count, seed, inFlight, tell }) => {
    const endings: (() => unknown)[] = []
    // All that is asked of a test's context.
    const context = { after: (ending: () => unknown) => void endings.push(ending) } as unknown as TestContext
    const url = await start(context)
    try {
      await exchange(
        url,
        requests({ count, seed }),
        (request, answer) => {
          const fault = faults(request, answer)
          if (fault !== undefined) throw new Error(`${fault}: ${JSON.stringify(request)}\n${answer.head}`)
          tell(String(answer.status))
        },
        inFlight,
      )
    } finally {
      for (const ending of endings) await ending()
    }
  }
}

/** The ports give tokens back where the originals do; where they refuse, no token comes back, wherever it stood. */
function faultOfPort(request: string, answer: RawAnswer): string | undefined {
  if (!(answer.status >= 200 && answer.status < 500)) return `status ${answer.status}`
  if (answer.status < 400) return undefined
  const tokens = request.match(/[\w-]{11,}\.[\w-]{11,}\.[\w-]{11,}/g) ?? []
  return tokens.some((token) => (answer.head + answer.body).includes(token)) ? 'repeats a token' : undefined
}
