import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

/** Debian's Python, whatever else is called python3 here. */
export const python = '/usr/bin/python3'

/** Why a test beside these originals is skipped; false if it runs. */
export function skipUnless(modules: Readonly<Record<string, string>>): string | false {
  for (const [module, debianPackage] of Object.entries(modules)) {
    if (spawnSync(python, ['-c', `import ${module}`]).status !== 0) return `${debianPackage} is not installed`
  }
  return false
}

/** Start a program of this folder that prints its port and serves until the test ends. @returns the port. */
export async function startOriginal(t: TestContext, program: string, ...args: string[]): Promise<number> {
  const file = fileURLToPath(new URL(program, import.meta.url))
  // Without -B, Python would leave its compiled files beside the program.
  const child: ChildProcess = spawn(python, ['-B', file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => void child.kill())
  if (child.stdout === null) throw new Error('its output is piped')
  const [line] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'exit').then(() => {
      throw new Error(`${program} ended`)
    }),
  ])
  return Number(line)
}

/** What is compared of an answer. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

const compared = ['www-authenticate', 'content-type', 'allow', 'vary', 'set-cookie']

/** A request as it is sent, byte for byte: text is latin-1. */
export interface Row {
  readonly name: string
  readonly method?: string
  readonly path: string
  /** Lines such as `authorization: Bearer x`. */
  readonly headers?: readonly string[]
  readonly body?: string | Uint8Array
}

/** Send a row over a socket of its own. */
export async function send(port: number, { method = 'GET', path, headers = [], body }: Row): Promise<Answer> {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'latin1') : body
  const length = bytes === undefined ? [] : [`content-length: ${bytes.length}`]
  const head = [`${method} ${path} HTTP/1.1`, 'host: localhost', 'connection: close', ...length, ...headers]
  const socket = connect(port, '127.0.0.1')
  socket.write(Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'))
  if (bytes !== undefined) socket.write(bytes)
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk as Buffer) // no encoding is set
  const answer = parse(Buffer.concat(chunks))
  // The server of Python's library sends a body even here.
  return method === 'HEAD' ? { ...answer, body: '' } : answer
}

function parse(bytes: Buffer): Answer {
  const end = bytes.indexOf('\r\n\r\n')
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    // Flask keeps methods in a set, whose order is another with each start.
    if (compared.includes(name))
      headers[name] = name === 'allow' ? value.split(', ').sort().join(', ') : value
  }
  return {
    status: Number(first.split(' ')[1]),
    headers: Object.fromEntries(Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1))),
    body: readable(bytes.subarray(end + 4).toString()),
  }
}

/** JSON as values, in which tokens are opened, without their ids, which are random. */
function readable(text: string): unknown {
  try {
    return opened(JSON.parse(text))
  } catch {
    return text
  }
}

function opened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(opened)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, opened(member)]))
  }
  if (typeof value !== 'string' || !/^eyJ[\w-]*\.[\w-]+\.[\w-]+$/.test(value)) return value
  const [header, claims] = value
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>)
  const { jti: _, id: __, ...rest } = claims ?? {}
  return { header, claims: rest }
}
