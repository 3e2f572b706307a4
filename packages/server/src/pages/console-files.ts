import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { Refusal } from '../errors.ts'
import type { FileAnswer } from '../http/route.ts'
import { type Html, html, type Language } from './page.ts'

/** Every file there is, and its type. A name that does not stand here is not looked for. */
const types = {
  'main.js': 'text/javascript; charset=utf-8',
  'main.js.map': 'application/json',
  'console.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const

/** As it is sent: there is a tag for each coding, for the bytes differ (RFC 9110 section 8.8.3.3). */
interface Sent {
  readonly plain: Uint8Array<ArrayBuffer>
  readonly zipped: Uint8Array<ArrayBuffer>
  readonly type: string
  readonly tag: string
}

// This module is loaded when the console is first opened. Published, the files lie in `console/` beside our own compiled
// ones; in this repository they are built now, of what the sources are now, so that nobody has to build anything.
const isSource = import.meta.url.endsWith('.ts')
const texts = isSource ? await buildNow() : readBuilt()
const files = new Map(Object.entries(types).map(([name, type]) => [name, made(type, textOf(name))] as const))

/** Its address is made here because the published server has no such file, and `tsc` must not look for it. */
async function buildNow(): Promise<ReadonlyMap<string, string>> {
  const builder = (await import(new URL('../../../../tools/build/console.ts', import.meta.url).href)) as {
    buildConsole(): ReadonlyMap<string, string>
  }
  return builder.buildConsole()
}

function readBuilt(): ReadonlyMap<string, string> {
  const read = (name: string) => readFileSync(new URL(`../console/${name}`, import.meta.url), 'utf8')
  return new Map(Object.keys(types).map((name) => [name, read(name)]))
}

function textOf(name: string): string {
  const text = texts.get(name)
  if (text === undefined) throw new Error(`the console was built without ${name}`)
  return text
}

function made(type: string, text: string): Sent {
  const plain = new TextEncoder().encode(text)
  const tag = createHash('sha256').update(plain).digest('base64url').slice(0, 22)
  return { plain, zipped: gzipSync(plain), type, tag }
}

/** The headers of a request that decide how a file is answered. */
export interface Asked {
  readonly ifNoneMatch: string | undefined
  readonly acceptEncoding: string | undefined
}

/**
 * A file of the console.
 * @throws {Refusal} `not_found`
 */
export function consoleFile(name: string, asked: Asked): FileAnswer {
  const file = files.get(name)
  if (!file) throw new Refusal('not_found', 'the console has no such file')
  return answer(file, asked, { vary: 'Accept-Encoding' })
}

/** The page that loads the rest, in the language of whoever asks. */
export function consolePage(language: Language, asked: Asked): FileAnswer {
  return answer(pages[language], asked, {
    'content-security-policy': policy,
    vary: 'Accept-Encoding, Accept-Language',
  })
}

/**
 * Nothing from elsewhere, nothing inline, and no text may become markup or script: Trusted Types with no policy at
 * all.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const says: Record<Language, { title: string; noScript: string }> = {
  en: {
    title: 'Latchkey console',
    noScript: 'The console needs JavaScript. Everything it does can be done by the interface at /docs too.',
  },
  'zh-Hant': {
    title: 'Latchkey 主控台',
    noScript: '主控台需要 JavaScript。所有功能也可以透過 /docs 的介面使用。',
  },
}
const pages: Record<Language, Sent> = { en: page('en'), 'zh-Hant': page('zh-Hant') }

function page(language: Language): Sent {
  return made('text/html; charset=utf-8', document(language).text)
}

function document(language: Language): Html {
  const { title, noScript } = says[language]
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="/console/icon.svg">
<link rel="stylesheet" href="/console/console.css">
<script type="module" src="/console/main.js"></script>
</head>
<body><div id="console"><noscript>${noScript}</noscript></div></body>
</html>
`
}

/** Kept by the browser, and asked about each time: a new server shows its own console at once (RFC 9110 section 13.1.2). */
function answer(
  { plain, zipped, type, tag }: Sent,
  { ifNoneMatch, acceptEncoding }: Asked,
  more: Readonly<Record<string, string>>,
): FileAnswer {
  const zips = /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(acceptEncoding ?? '')
  const etag = zips ? `"${tag}-gzip"` : `"${tag}"`
  const headers = { etag, 'cache-control': 'no-cache', ...more }
  const held = ifNoneMatch?.split(',').map((item) => item.trim().replace(/^W\//, '')) ?? []
  if (held.includes(etag) || held.includes('*')) return { kind: 'file', bytes: undefined, headers }
  return {
    kind: 'file',
    bytes: zips ? zipped : plain,
    headers: { ...headers, 'content-type': type, ...(zips && { 'content-encoding': 'gzip' }) },
  }
}
