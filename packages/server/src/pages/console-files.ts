import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Refusal } from '../errors.ts'
import type { FileAnswer } from '../http/route.ts'
import { type Html, html, type Language } from './page.ts'

/** The console as its build gives it. */
export interface BuiltConsole {
  /** The text of every file that is served, by its name. */
  readonly files: ReadonlyMap<string, string>
  /** The scripts that `main.js` imports before it runs, by name: the page lists them, so that all are loaded at once. */
  readonly preload: readonly string[]
  /** The same for `debugger.js`, with the words of the language in which the page is opened. */
  readonly debuggerPreload: Readonly<Record<Language, readonly string[]>>
}

/** Bundles the console from its sources as they are now. */
export type BuildConsole = () => BuiltConsole | Promise<BuiltConsole>

/** The console's page and files, ready to be sent. */
export interface ConsoleFiles {
  /** The page that loads the rest, in the language of the caller. */
  page(language: Language, asked: Asked): FileAnswer
  /** The debugger of tokens. `reaches` are the addresses that the page may send requests to. */
  debugger(language: Language, asked: Asked, reaches: readonly string[]): FileAnswer
  /** @throws {Refusal} `not_found` */
  file(name: string, asked: Asked): FileAnswer
}

/** The console that `build` makes. Without `build`, the one that was built into `console/` beside our compiled files. */
export async function openConsoleFiles(build: BuildConsole = readBuilt): Promise<ConsoleFiles> {
  const built = await build()
  const files = new Map([...built.files].map(([name, text]) => [name, fileOf(name, text)] as const))
  const inBoth = (document: (language: Language) => Html): Record<Language, Sent> => ({
    en: pageOf(document('en')),
    'zh-Hant': pageOf(document('zh-Hant')),
  })
  const pages = inBoth((language) => consoleDocument(language, built))
  const debuggers = inBoth((language) => debuggerDocument(language, built))
  const vary = 'Accept-Encoding, Accept-Language'
  return {
    page: (language, asked) =>
      answer(pages[language], asked, { 'content-security-policy': policyReaching(["'self'"]), vary }),
    debugger: (language, asked, reaches) =>
      answer(debuggers[language], asked, { 'content-security-policy': policyReaching(reaches), vary }),
    file(name, asked) {
      const file = files.get(name)
      if (!file) throw new Refusal('not_found', 'the console has no such file')
      return answer(file, asked, { vary: 'Accept-Encoding' })
    },
  }
}

/** A file that is not in the list of the build is not served, even if it lies in the same directory. */
function readBuilt(): BuiltConsole {
  const read = (name: string) => readFileSync(new URL(`../console/${name}`, import.meta.url), 'utf8')
  const { files, ...lists } = JSON.parse(read('files.json')) as Omit<BuiltConsole, 'files'> & {
    files: string[]
  } // our own build's
  return { files: new Map(files.map((name) => [name, read(name)])), ...lists }
}

/** What is sent. Each coding has a tag of its own, because the bytes differ (RFC 9110 section 8.8.3.3). */
interface Sent {
  readonly plain: Uint8Array<ArrayBuffer>
  readonly zipped: () => Uint8Array<ArrayBuffer>
  readonly type: string
  readonly tag: string
  readonly caching: string
  /** Further headers. */
  readonly more: Readonly<Record<string, string>>
}

const types = new Map([
  ['.js', 'text/javascript; charset=utf-8'],
  ['.map', 'application/json'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
])

/** A script whose name holds the hash of its content, as the build names all but the first. */
const hasHash = /-[A-Z2-7]{8}\.js$/

/** Kept, and checked with the server each time: an updated server shows its own console at once (RFC 9110 section 13.1.2). */
const checked = 'no-cache'
/** Kept without a check, as another content would have another name (RFC 8246). */
const immutable = 'public, max-age=31536000, immutable'

function fileOf(name: string, text: string): Sent {
  const type = types.get(extname(name))
  if (type === undefined) throw new Error(`the console was built with a file of unknown type: ${name}`)
  const map = extname(name) === '.js' ? { sourcemap: `${name}.map` } : {}
  return sent(type, text, hasHash.test(name) ? immutable : checked, map)
}

function sent(type: string, text: string, caching: string, more: Sent['more'] = {}): Sent {
  const plain = new TextEncoder().encode(text)
  const tag = createHash('sha256').update(plain).digest('base64url').slice(0, 22)
  // Compressed when it is first requested: many of the files never are.
  let zipped: Uint8Array<ArrayBuffer> | undefined
  return { plain, zipped: () => (zipped ??= gzipSync(plain, { level: 9 })), type, tag, caching, more }
}

/** The headers of a request that decide how a file is answered. */
export interface Asked {
  readonly ifNoneMatch: string | undefined
  readonly acceptEncoding: string | undefined
}

/**
 * Nothing from elsewhere, nothing inline, and no text may become markup or script: Trusted Types with no policy at
 * all. `reaches` is where its scripts may send requests.
 */
function policyReaching(reaches: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src ${reaches.join(' ')}`,
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
}

const says: Record<Language, { console: Titled; debugger: Titled }> = {
  en: {
    console: {
      title: 'Latchkey console',
      noScript: 'The console needs JavaScript. Everything it does can be done by the interface at /docs too.',
    },
    debugger: {
      title: 'Token debugger · Latchkey',
      noScript: 'The debugger needs JavaScript. On the command line: latchkey token explain.',
    },
  },
  'zh-Hant': {
    console: {
      title: 'Latchkey 主控台',
      noScript: '主控台需要 JavaScript。所有功能也可以透過 /docs 的介面使用。',
    },
    debugger: {
      title: '權杖除錯器 · Latchkey',
      noScript: '除錯器需要 JavaScript。命令列上可用：latchkey token explain。',
    },
  },
}

interface Titled {
  readonly title: string
  readonly noScript: string
}

function pageOf(document: Html): Sent {
  return sent('text/html; charset=utf-8', document.text, checked)
}

function consoleDocument(language: Language, { preload }: BuiltConsole): Html {
  return document(language, {
    ...says[language].console,
    id: 'console',
    styles: ['console.css'],
    scripts: ['main.js', ...preload],
  })
}

function debuggerDocument(language: Language, { debuggerPreload }: BuiltConsole): Html {
  return document(language, {
    ...says[language].debugger,
    id: 'debugger',
    styles: ['console.css', 'debugger.css'],
    scripts: ['debugger.js', ...debuggerPreload[language]],
  })
}

interface Shown extends Titled {
  readonly id: string
  readonly styles: readonly string[]
  /** The first is run, the others are what it imports. */
  readonly scripts: readonly string[]
}

function document(language: Language, { title, noScript, id, styles, scripts }: Shown): Html {
  const [first = '', ...preload] = scripts
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="/console/icon.svg">
${styles.map((name) => html`<link rel="stylesheet" href="/console/${name}">\n`)}<script type="module" src="/console/${first}"></script>
${preload.map((name) => html`<link rel="modulepreload" href="/console/${name}">\n`)}</head>
<body><div id="${id}"><noscript>${noScript}</noscript></div></body>
</html>
`
}

function answer(
  { plain, zipped, type, tag, caching, more: own }: Sent,
  { ifNoneMatch, acceptEncoding }: Asked,
  more: Readonly<Record<string, string>>,
): FileAnswer {
  const zips = /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(acceptEncoding ?? '')
  const etag = zips ? `"${tag}-gzip"` : `"${tag}"`
  const headers = { etag, 'cache-control': caching, ...more }
  const held = ifNoneMatch?.split(',').map((item) => item.trim().replace(/^W\//, '')) ?? []
  if (held.includes(etag) || held.includes('*')) return { kind: 'file', bytes: undefined, headers }
  return {
    kind: 'file',
    bytes: zips ? zipped() : plain,
    headers: { ...headers, ...own, 'content-type': type, ...(zips && { 'content-encoding': 'gzip' }) },
  }
}
