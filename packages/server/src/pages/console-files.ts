import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { Refusal } from '../errors.ts'
import type { Answer } from '../http/route.ts'
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

/** Bundles the console of what its sources are now: the text of each file by its name. */
export type BuildConsole = () => ReadonlyMap<string, string> | Promise<ReadonlyMap<string, string>>

/** The console's page and files, ready to be sent. */
export interface ConsoleFiles {
  /** The page that loads the rest, in the language of the caller. */
  page(language: Language, asked: Asked): Answer
  /** @throws {Refusal} `not_found` */
  file(name: string, asked: Asked): Answer
}

/** The console that `build` makes; without it, the one that lies in `console/` beside our own compiled files. */
export async function openConsoleFiles(build: BuildConsole = readBuilt): Promise<ConsoleFiles> {
  const texts = await build()
  const files = new Map(
    Object.entries(types).map(([name, type]) => {
      const text = texts.get(name)
      if (text === undefined) throw new Error(`the console was built without ${name}`)
      return [name, made(type, text)] as const
    }),
  )
  const pages: Record<Language, Sent> = { en: page('en'), 'zh-Hant': page('zh-Hant') }
  return {
    page: (language, asked) =>
      answer(pages[language], asked, {
        'content-security-policy': policy,
        vary: 'Accept-Encoding, Accept-Language',
      }),
    file(name, asked) {
      const file = files.get(name)
      if (!file) throw new Refusal('not_found', 'the console has no such file')
      return answer(file, asked, { vary: 'Accept-Encoding' })
    },
  }
}

function readBuilt(): ReadonlyMap<string, string> {
  const read = (name: string) => readFileSync(new URL(`../console/${name}`, import.meta.url), 'utf8')
  return new Map(Object.keys(types).map((name) => [name, read(name)]))
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
): Answer {
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
