/**
 * Runs commands one after the other in this one process, each as if it had a process to itself: with its own arguments,
 * environment, directory, input and output. What a program costs to start, half a second, is paid once.
 */
import { Readable } from 'node:stream'
import { createProgram } from '../src/cli/program.ts'
import type { AskedCommand, Ran } from './commands.ts'

/** Thrown in place of the end of the process. */
class Exit extends Error {
  readonly status: number

  constructor(status: number) {
    super(`exit ${status}`)
    this.status = status
  }
}

process.exit = (code) => {
  throw new Exit(Number(code ?? process.exitCode ?? 0))
}

async function run({ args, environment, directory, input }: AskedCommand): Promise<Ran> {
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, environment)
  process.chdir(directory)
  Object.defineProperty(process, 'stdin', { configurable: true, value: Readable.from([input]) })
  process.exitCode = undefined
  const written = { out: '', err: '' }
  process.stdout.write = (text: string | Uint8Array) => {
    written.out += text
    return true
  }
  process.stderr.write = (text: string | Uint8Array) => {
    written.err += text
    return true
  }
  try {
    await createProgram().parseAsync(['node', 'latchkey', ...args])
    return { status: Number(process.exitCode ?? 0), ...written }
  } catch (error) {
    if (!(error instanceof Exit)) throw error
    return { status: error.status, ...written }
  } finally {
    process.stdout.removeAllListeners('error')
  }
}

let last: Promise<unknown> = Promise.resolve()
process.on('message', ({ id, asked }: { id: number; asked: AskedCommand }) => {
  last = last.then(async () => process.send?.({ id, ran: await run(asked) }))
})
process.on('disconnect', () => process.kill(process.pid))
