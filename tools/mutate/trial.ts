import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Coverage } from './coverage.ts'

export interface TrialOptions {
  /** The copy of the tree in which the test file runs. */
  readonly root: string
  readonly limitMs: number
  readonly env: Readonly<Record<string, string>>
  /** Say what was run. It makes the run slower. */
  readonly withCoverage?: boolean
  /** Ends what runs. */
  readonly signal: AbortSignal
}

export interface Trial {
  readonly outcome: 'passed' | 'failed' | 'too_slow'
  readonly tookMs: number
  readonly coverage: Coverage | undefined
}

/** Run one test file in a process of its own, and end it at the first test that fails. */
export async function tryTests(file: string, options: TrialOptions): Promise<Trial> {
  const { root, limitMs, env, signal, withCoverage = false } = options
  signal.throwIfAborted()
  const folder = join(root, '.trial')
  const coverageFolder = join(folder, 'coverage')
  mkdirSync(coverageFolder, { recursive: true })
  const beganAt = performance.now()
  const child = spawn(
    process.execPath,
    ['--conditions=latchkey-source', '--disable-warning=ExperimentalWarning', '--test-reporter=tap', file],
    {
      cwd: root,
      // Tests start servers: a group of its own ends as one.
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        ...env,
        // Whatever a test leaves behind when it is ended goes with the folder.
        TMPDIR: folder,
        ...(withCoverage && { NODE_V8_COVERAGE: coverageFolder }),
      },
    },
  )
  let ended: 'failed' | 'too_slow' | undefined
  const end = (outcome: 'failed' | 'too_slow') => {
    ended ??= outcome
    endGroup(child.pid)
  }
  const timer = setTimeout(() => end('too_slow'), limitMs)
  const abort = () => endGroup(child.pid)
  signal.addEventListener('abort', abort)
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    if (lines.some((line) => /^\s*not ok\b(?!.*# (SKIP|TODO))/.test(line))) end('failed')
  })
  const closed = once(child, 'close')
  const [code] = await once(child, 'exit')
  clearTimeout(timer)
  signal.removeEventListener('abort', abort)
  endGroup(child.pid)
  await closed
  signal.throwIfAborted()
  const outcome = ended ?? (code === 0 ? 'passed' : 'failed')
  const coverage = withCoverage && outcome === 'passed' ? Coverage.read(coverageFolder, root) : undefined
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  return { outcome, tookMs: performance.now() - beganAt, coverage }
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The group has ended already.
  }
}
