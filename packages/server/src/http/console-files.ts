import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire, stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { Refusal } from '../errors.ts'
import { Html, html, type Language } from './page.ts'
import type { Answer } from './route.ts'

// In this repository the console's sources are served with their types blanked out, so that nothing needs
// building. Published, tsc has compiled the same files to `console/` beside our own compiled files
// (`packages/console/tsconfig.build.json`), and nothing is stripped. What `tsc` does not write is copied there
// by `tools/build-console.ts`.
const isSource = import.meta.url.endsWith('.ts')
const extension = isSource ? '.ts' : '.js'
const directory = fileURLToPath(new URL(isSource ? '../../../console/src/' : '../console/', import.meta.url))

const modules = [
  'main',
  'activity',
  'api',
  'app',
  'asking',
  'context',
  'device',
  'devices',
  'elements',
  'following',
  'format',
  'people',
  'routing',
  'server-events',
  'session',
  'shares',
  'sign-in',
  'words',
]
/** What a bare name in the sources means, and the name that its file is served by. */
export const libraries = { preact: 'preact.mjs', 'preact/hooks': 'preact-hooks.mjs' } as const

/** Every file there is. A name that does not stand here is not looked for. */
const files = new Map<string, () => File>([
  ...modules.map((name) => [`${name}${extension}`, () => script(read(`${name}${extension}`))] as const),
  ...Object.entries(libraries).map(
    ([name, file]) =>
      [file, () => ({ type: 'text/javascript; charset=utf-8', text: library(name, file) })] as const,
  ),
  ['console.css', () => ({ type: 'text/css; charset=utf-8', text: read('console.css') })],
  ['icon.svg', () => ({ type: 'image/svg+xml', text: read('icon.svg') })],
])

interface File {
  readonly type: string
  readonly text: string
}
/** As it is sent: there is a tag for each coding, for the bytes differ (RFC 9110 section 8.8.3.3). */
interface Sent {
  readonly plain: Uint8Array<ArrayBuffer>
  readonly zipped: Uint8Array<ArrayBuffer>
  readonly type: string
  readonly tag: string
}
/** Made at the first request for it, and kept: a change to the console's sources shows at the next start. */
const made = new Map<string, Sent>()

/** The headers of a request that decide how a file is answered. */
export interface Asked {
  readonly ifNoneMatch: string | undefined
  readonly acceptEncoding: string | undefined
}

/**
 * A file of the console.
 * @throws {Refusal} `not_found`
 */
export function consoleFile(name: string, asked: Asked): Answer {
  const make = files.get(name)
  if (!make) throw new Refusal('not_found', 'the console has no such file')
  return answer(kept(name, make), asked, { vary: 'Accept-Encoding' })
}

/** The page that loads the rest, in the language of whoever asks. */
export function consolePage(language: Language, asked: Asked): Answer {
  const page = kept(`page ${language}`, () => ({
    type: 'text/html; charset=utf-8',
    text: document(language).text,
  }))
  return answer(page, asked, {
    'content-security-policy': policy,
    vary: 'Accept-Encoding, Accept-Language',
  })
}

/** A bare name means nothing to a browser until the page says where it lies. */
const importMap = JSON.stringify({
  imports: Object.fromEntries(Object.entries(libraries).map(([name, file]) => [name, `/console/${file}`])),
})

/**
 * Nothing from elsewhere, nothing inline but the import map, and no text may become markup or script: Trusted
 * Types with no policy at all.
 */
const policy = [
  "default-src 'none'",
  `script-src 'self' 'sha256-${createHash('sha256').update(importMap).digest('base64')}'`,
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

function document(language: Language): Html {
  const { title, noScript } = says[language]
  // All of them at once, rather than each when the one before has said that it wants it.
  const preloads = [...files.keys()]
    .filter((name) => /\.(m?js|ts)$/.test(name))
    .map((name) => html`<link rel="modulepreload" href="/console/${name}">\n`)
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="/console/icon.svg">
<link rel="stylesheet" href="/console/console.css">
<script type="importmap">${new Html(importMap)}</script>
${preloads}<script type="module" src="/console/main${extension}"></script>
</head>
<body><div id="console"><noscript>${noScript}</noscript></div></body>
</html>
`
}

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

function kept(name: string, make: () => File): Sent {
  const known = made.get(name)
  if (known) return known
  const { type, text } = make()
  const plain = new TextEncoder().encode(text)
  const tag = createHash('sha256').update(plain).digest('base64url').slice(0, 22)
  const sent = { plain, zipped: gzipSync(plain), type, tag }
  made.set(name, sent)
  return sent
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

function read(name: string): string {
  return readFileSync(join(directory, name), 'utf8')
}

function script(text: string): { type: string; text: string } {
  return { type: 'text/javascript; charset=utf-8', text: isSource ? stripTypeScriptTypes(text) : text }
}

/** In this repository from where it is installed; published, beside the console. */
function library(name: string, file: string): string {
  return isSource ? readFileSync(createRequire(join(directory, 'main.ts')).resolve(name), 'utf8') : read(file)
}
