import assert from 'node:assert/strict'
import { createServer, request as httpRequest } from 'node:http'
import type { TestContext } from 'node:test'
import type { Guarded, NodeGuard } from '../../src/guard/adapters/node.ts'
import type { Principal } from '../../src/guard/index.ts'
import { listen } from './issuer.ts'

interface Answer {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly text: string
  readonly body: Record<string, unknown>
}

/** An API on loopback behind a guard; its handler says who came. */
export async function startApi(t: TestContext, guard: NodeGuard, middleware = guard.required()) {
  const seen: (Principal | undefined)[] = []
  const url = await listen(
    t,
    createServer((request, response) => {
      middleware(request, response, (error) => {
        assert.equal(error, undefined)
        const { auth } = request as Guarded<Principal | undefined>
        seen.push(auth)
        response.end(JSON.stringify({ subject: auth?.subject ?? null }))
      })
    }),
  )
  const ask = (authorization?: string | string[], method = 'GET', headers: Record<string, string> = {}) =>
    new Promise<Answer>((resolve, reject) => {
      const request = httpRequest(url, { method, headers }, async (response) => {
        let text = ''
        for await (const chunk of response.setEncoding('utf8')) text += chunk
        const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body })
      })
      if (authorization !== undefined) request.setHeader('authorization', authorization)
      request.on('error', reject).end()
    })
  return { ask, seen }
}
