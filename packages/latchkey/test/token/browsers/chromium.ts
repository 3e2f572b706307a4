import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { chromium, type Page } from 'playwright-core'
import { chromiumLaunch } from '../../../../../tests/support/chromium.ts'
import type * as inside from './in-chromium.ts'

const root = join(import.meta.dirname, '../../../../..')

type Inside = typeof inside
type Answer<Name extends keyof Inside> = Inside[Name] extends (...values: never) => infer Value
  ? Awaited<Value>
  : never
export type Ask = <Name extends keyof Inside & string>(
  name: Name,
  ...values: Inside[Name] extends (...values: infer Values) => unknown ? Values : never
) => Promise<Answer<Name>>

export interface Browser {
  /** Call a function of `in-chromium.ts` in the page. */
  readonly page: Ask
  /** The same in a worker. */
  readonly worker: Ask
  readonly origin: string
  close(): Promise<void>
}

/** Bundle the library for browsers and open a page and a worker that have it; `serve` answers whatever else is asked for. */
export async function openBrowser(serve: RequestListener): Promise<Browser> {
  const code = await bundle()
  const server = createServer((request, response) => {
    const { url = '' } = request
    const own = url === '/' ? html : url === '/bundle.js' ? code : url === '/worker.js' ? worker : undefined
    if (own === undefined) return serve(request, response)
    response.setHeader('content-type', url === '/' ? 'text/html' : 'text/javascript')
    response.end(own)
  })
  const origin = await listen(server)
  const profile = mkdtempSync(join(tmpdir(), 'latchkey-token-'))
  const context = await chromium.launchPersistentContext(profile, {
    ...chromiumLaunch,
  })
  const page = context.pages()[0] ?? (await context.newPage())
  page.setDefaultTimeout(30_000)
  await page.goto(origin)
  await page.waitForFunction('globalThis.ready')
  return {
    page: asking(page, 'inside'),
    worker: asking(page, 'inWorker'),
    origin,
    async close() {
      await context.close()
      server.close()
      server.closeAllConnections()
      rmSync(profile, { recursive: true, force: true })
    },
  }
}

/** A server of its own, as another origin. */
export async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}` // as TCP servers have it
}

function asking(page: Page, place: string): Ask {
  // The page has the functions of the module by their names, and playwright carries plain values and bytes.
  return ((name: string, ...values: unknown[]) =>
    page.evaluate(
      ([place, name, values]) => {
        const ask = (globalThis as unknown as Record<string, (name: string, values: unknown) => unknown>)[
          place as string
        ]!
        return ask(name as string, values)
      },
      [place, name, values] as const,
    )) as Ask
}

const html = `<!doctype html><title>latchkey/token</title><script type="module">
import * as all from '/bundle.js'
globalThis.inside = (name, values) => all[name](...values)
const worker = new Worker('/worker.js', { type: 'module' })
globalThis.inWorker = (name, values) => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = ({ data }) => resolve(data)
  worker.postMessage([name, values, port2], [port2])
})
globalThis.ready = true
</script>`

const worker = `import * as all from '/bundle.js'
onmessage = async ({ data: [name, values, port] }) => port.postMessage(await all[name](...values))`

/** With what a program gets by the name of the package, which has to be the code beside this file. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { createAsyncVerifier } from 'latchkey/token'
        import { createAsyncVerifier as own } from './src/token/web/index.ts'
        if (own !== createAsyncVerifier) throw new Error('latchkey/token is another module')
        export * from './test/token/browsers/in-chromium.ts'`,
      resolveDir: join(root, 'packages/latchkey'),
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    conditions: ['latchkey-source'],
  })
  return outputFiles.map(({ text }) => text).join('')
}
