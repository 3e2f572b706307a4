import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'

/** Node says on a channel of its own where a server listens, so the examples need not. */
const preload = `data:text/javascript,${encodeURIComponent(`
  import { subscribe } from 'node:diagnostics_channel'
  subscribe('tracing:net.server.listen:asyncEnd', ({ server }) => console.log('port ' + server.address().port))
`)}`

/** Start a program that listens, for the time of a test, and give its URL. */
export async function startExample(
  t: TestContext,
  file: string,
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  for await (const line of linesOf(t, file, { PORT: '0', ...environment })) {
    if (line.startsWith('port ')) return `http://127.0.0.1:${line.slice(5)}`
  }
  throw new Error('the example ended')
}

/** Start a program with these words for the time of a test, and give the lines that it prints. */
export function linesOf(
  t: TestContext,
  file: string,
  environment: Readonly<Record<string, string>>,
  errors: 'inherit' | 'ignore' = 'inherit',
  words: readonly string[] = [],
): AsyncIterable<string> {
  const options = ['--conditions=latchkey-source', '--import', preload]
  const child = spawn(process.execPath, [...options, file, ...words], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', errors],
  })
  t.after(() => child.kill())
  if (child.stdout === null) throw new Error('its output is piped')
  return createInterface(child.stdout)
}
