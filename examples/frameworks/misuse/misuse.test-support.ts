import { get, type Server } from 'node:http'
import type { TestContext } from 'node:test'
import type { AdapterName } from '../../../packages/latchkey/test/guard/conformance/row.ts'
import { listenOn } from '../../../packages/latchkey/test/guard/conformance.ts'
import { signed } from '../../../packages/latchkey/test/guard/guarded-api.ts'
import { nowMs, secretBytes } from '../../../packages/latchkey/test/token/raw-token.ts'

/** One mistake with one adapter: writes it, starts what was written, and gives what came of it. */
export type Mistake = (t: TestContext) => Promise<string>

/** The mistakes of each adapter, by the names of the rows. */
export type Mistakes = Readonly<Partial<Record<AdapterName, Readonly<Record<string, Mistake>>>>>

export const options = {
  secret: secretBytes,
  audience: 'https://api.example.com',
  issuer: 'I',
  now: () => nowMs,
}

/** A token that is good, and rules that fail with what is no error. */
export const good = `Bearer ${signed()}`
export const failingRules: Readonly<Record<string, () => never>> = {
  'a rule that rejects with nothing': () => Promise.reject() as never,
  'a rule that throws nothing': () => {
    throw undefined
  },
  "a rule that rejects with `'route'`": () => Promise.reject('route') as never,
}

/** What a program in JavaScript can write, which the types refuse. */
export type Loose = (...anything: readonly unknown[]) => never

/** A mistake that is noticed where it is written. */
export function thrown(write: () => unknown): Mistake {
  return async () => {
    try {
      await write()
    } catch (error) {
      return error instanceof TypeError ? 'TypeError' : String(error)
    }
    return 'nothing'
  }
}

/** A mistake that shows when the app starts or is asked, without a token if none is given: `start` gives the URL of a route. */
export function started(start: (t: TestContext) => Promise<string>, authorization?: string): Mistake {
  return async (t) => {
    let url: string
    try {
      url = await start(t)
    } catch (error) {
      return error instanceof Error ? 'does not start' : String(error)
    }
    return String(await statusOf(url, authorization))
  }
}

export async function listening(t: TestContext, server: Server): Promise<string> {
  return `${await listenOn(t, server)}/me`
}

function statusOf(url: string, authorization: string | undefined): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = authorization === undefined ? {} : { authorization }
    get(url, { agent: false, headers }, (response) => {
      response.resume()
      resolve(response.statusCode)
    }).on('error', reject)
  })
}

/** The mistakes that are the same in every adapter: of options and of policies. */
export function ofPolicies(create: Loose, request: object): Readonly<Record<string, Mistake>> {
  const guard = () => create(options) as { required: Loose }
  return {
    'an option of `createGuard` that is misspelt': thrown(() => create({ ...options, isser: 'J' })),
    'a member of a policy that is misspelt': thrown(() => guard().required({ scopes: 'a' })),
    'a policy whose scope is undefined': thrown(() => guard().required({ scope: undefined })),
    'a request in place of a policy: `guard.required(request)`': thrown(() => guard().required(request)),
  }
}
