import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Benchmark, Row } from './benchmark.ts'
import { loadRow } from './load.ts'
import { installPeers, peer } from './peers.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

interface Publint {
  publint(options: object): Promise<{ messages: readonly { code: string; path: readonly string[] }[] }>
}
interface Attw {
  createPackageFromTarballData(tarball: Uint8Array): unknown
  checkPackage(
    checked: unknown,
  ): Promise<{ problems?: readonly { kind: string; entrypoint?: string; resolutionKind?: string }[] }>
}

/** Build the package, pack it as it would be published, and ask those who know how others will find it. */
export const benchmark: Benchmark = {
  title:
    'the package as it is published: publint, Are The Types Wrong, import and require, and what loading costs',
  async run() {
    installPeers()
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-package-'))
    try {
      const tarball = pack(folder)
      return [
        await lint(tarball),
        await types(tarball),
        loads(folder, tarball),
        loadRow(join(folder, 'package/dist/node/token/index.js')),
      ]
    } finally {
      rmSync(folder, { recursive: true })
      rmSync(join(root, 'packages/latchkey/dist'), { recursive: true })
    }
  },
}

function pack(folder: string): string {
  execFileSync('npm', ['run', 'build', '--silent', '--workspace', 'packages/latchkey'], {
    cwd: root,
    stdio: 'inherit',
  })
  const output = execFileSync('npm', ['pack', '--json', '--silent', '--pack-destination', folder], {
    cwd: join(root, 'packages/latchkey'),
    encoding: 'utf8',
  })
  const written: unknown = JSON.parse(output)
  // npm gives a list, and newer ones a record by the name of the package.
  const [first] = Object.values(written as Record<string, { filename: string }>)
  if (first === undefined) throw new Error('npm pack wrote nothing')
  return join(folder, first.filename)
}

async function lint(tarball: string): Promise<Row> {
  const { publint } = await peer<Publint>('publint')
  const bytes = readFileSync(tarball)
  const { messages } = await publint({
    pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) },
    strict: true,
  })
  return row(
    'publint, strict',
    messages.map(({ code, path }) => `${code} at ${path.join('.')}`),
  )
}

/**
 * Node 16 and bundler resolution. Not node10, which knows no `exports`. That require finds an ES module is meant:
 * every Node that we support loads it.
 */
async function types(tarball: string): Promise<Row> {
  const { createPackageFromTarballData, checkPackage } = await peer<Attw>('@arethetypeswrong/core')
  const { problems = [] } = await checkPackage(createPackageFromTarballData(readFileSync(tarball)))
  const meant = problems.filter(
    ({ kind, resolutionKind }) => kind !== 'CJSResolvesToESM' && resolutionKind !== 'node10',
  )
  return row(
    'types, node16 and bundler resolution',
    meant.map(
      ({ kind, entrypoint, resolutionKind }) => `${kind} ${entrypoint ?? ''} ${resolutionKind ?? ''}`,
    ),
  )
}

function loads(folder: string, tarball: string): Row {
  execFileSync('tar', ['-xzf', tarball, '-C', folder])
  execFileSync('mkdir', ['-p', join(folder, 'node_modules')])
  symlinkSync(join(folder, 'package'), join(folder, 'node_modules/latchkey'))
  const faults: string[] = []
  for (const { name, file, text, flags = [] } of programs) {
    writeFileSync(join(folder, file), text)
    try {
      execFileSync(process.execPath, [...flags, join(folder, file)], { stdio: 'pipe' })
    } catch {
      faults.push(name)
    }
  }
  return row('import, require, and import as a browser', faults)
}

const programs = [
  {
    name: 'import',
    file: 'a.mjs',
    text: `import { createVerifier } from 'latchkey/token'; import 'latchkey/guard'; createVerifier.call`,
  },
  { name: 'require', file: 'a.cjs', text: `require('latchkey/token').createVerifier.call` },
  {
    name: 'browser',
    file: 'b.mjs',
    text: `import { createAsyncVerifier } from 'latchkey/token'; createAsyncVerifier.call`,
    flags: ['--conditions=browser'],
  },
]

function row(what: string, faults: readonly string[]): Row {
  return {
    what,
    measured: faults.length === 0 ? 'no complaint' : faults.join('; '),
    goal: 'no complaint',
    met: faults.length === 0,
  }
}
