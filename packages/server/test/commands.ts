import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../bin/latchkey.js', import.meta.url))
const condition = '--conditions=latchkey-source'

export interface AskedCommand {
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly directory: string
  /** What stands at its standard input, which ends then. */
  readonly input: string
}

/** How a command ended, and all that it said until then. */
export interface Ran {
  readonly status: number | null
  readonly out: string
  readonly err: string
}

/** The environment of a command: ours, without what is set for this server. */
export function environmentWith(settings: Readonly<Record<string, string>>): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('LATCHKEY_'))
  return { ...(Object.fromEntries(inherited) as Record<string, string>), ...settings } // none is undefined
}

/** Start a command in a process of its own, as people do. */
export function launch({ args, environment, directory }: Omit<AskedCommand, 'input'>): ChildProcess {
  return spawn(process.execPath, [condition, program, ...args], { cwd: directory, env: environment })
}

/** All that a process says until it ends. */
export function listen(child: ChildProcess): { said: () => string; ended: Promise<Ran> } {
  let out = ''
  let err = ''
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (out += chunk))
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (err += chunk))
  const ended = once(child, 'close').then(([status]) => ({ status: status as number | null, out, err })) // an exit status
  return { said: () => out, ended }
}

/** A process that runs commands one after the other, for tests of what commands say and do rather than of how a process ends. */
export class CommandRunner {
  readonly #child = fork(fileURLToPath(new URL('command-runner.ts', import.meta.url)), {
    execArgv: [condition, '--disable-warning=ExperimentalWarning'],
  })
  readonly #waiting = new Map<number, { resolve: (ran: Ran) => void; reject: (error: Error) => void }>()
  #asked = 0

  constructor() {
    this.#child.on('message', ({ id, ran }: { id: number; ran: Ran }) => {
      this.#waiting.get(id)?.resolve(ran)
      this.#waiting.delete(id)
    })
    this.#child.once('exit', (code) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`the runner ended with ${code}`))
    })
  }

  run(asked: AskedCommand): Promise<Ran> {
    const id = this.#asked++
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#child.send({ id, asked })
    })
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null) return
    this.#child.disconnect()
    await once(this.#child, 'exit')
  }
}
