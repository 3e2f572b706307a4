import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire, stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Refusal } from '../errors.ts'
import { Html, html, type Language } from './page.ts'
import type { Answer } from './route.ts'

// In this repository the console's sources are served with their types blanked out, so that nothing needs
// building. Published, tsc has compiled the same files to `console/` beside our own compiled files
// (`packages/console/tsconfig.build.json`), and nothing is stripped.
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
const libraries = { preact: 'preact.mjs', 'preact/hooks': 'preact-hooks.mjs' } as const

/** Every file there is. A name that does not stand here is not looked for. */
const files = new Map<string, () => Omit<File, 'tag'>>([
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
  readonly tag: string
}
/** Made at the first request for it, and kept: a change to the console's sources shows at the next start. */
const made = new Map<string, File>()

/**
 * A file of the console.
 * @throws {Refusal} `not_found`
 */
export function consoleFile(name: string, ifNoneMatch: string | undefined): Answer {
  const make = files.get(name)
  if (!make) throw new Refusal('not_found', 'the console has no such file')
  return answer(kept(name, make), ifNoneMatch)
}

/** The page that loads the rest, in the language of whoever asks. */
export function consolePage(language: Language, ifNoneMatch: string | undefined): Answer {
  const file = kept(`page ${language}`, () => ({
    type: 'text/html; charset=utf-8',
    text: document(language).text,
  }))
  return answer(file, ifNoneMatch, { 'content-security-policy': policy, vary: 'Accept-Language' })
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

function kept(name: string, make: () => Omit<File, 'tag'>): File {
  const known = made.get(name)
  if (known) return known
  const file = make()
  const tagged = {
    ...file,
    tag: `"${createHash('sha256').update(file.text).digest('base64url').slice(0, 22)}"`,
  }
  made.set(name, tagged)
  return tagged
}

/** Kept by the browser, and asked about each time: a new server shows its own console at once (RFC 9110 section 13.1.2). */
function answer(file: File, ifNoneMatch: string | undefined, more: Record<string, string> = {}): Answer {
  const headers = { etag: file.tag, 'cache-control': 'no-cache', ...more }
  const known = ifNoneMatch?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? []
  if (known.includes(file.tag) || known.includes('*')) return { kind: 'unchanged', headers }
  return { kind: 'page', status: 200, html: file.text, headers: { ...headers, 'content-type': file.type } }
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
