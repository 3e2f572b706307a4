import { type PageAnswer, routesFor } from '../http/route.ts'
import { wholeText } from '../whole-text.ts'
import type { OpenConsole } from './console.ts'
import { html, type Language, languageOf, page } from './page.ts'

const hostForm = wholeText(/([a-z\d.-]{1,253}|\[[\da-f:.]{2,45}\])(:\d{1,5})?/i)

/** Who may open the debugger: everybody, or whoever is signed in to the console in this browser. */
export type DebuggerAccess = 'public' | 'signed-in'

export interface DebuggerGround {
  readonly open: OpenConsole
  readonly issuer: string
  readonly access: DebuggerAccess
  /** Whether a request comes from a browser whose session in the console goes on. */
  readonly isSignedIn: (header: (name: string) => string | undefined) => Promise<boolean>
}

const route = routesFor<DebuggerGround>()

export const debuggerRoute = route({
  id: 'debugger',
  method: 'GET',
  path: '/debugger',
  tag: 'pages',
  summary: 'The debugger of tokens.',
  access: 'public',
  answers: {
    200: { description: 'The page.', type: 'file' },
    401: { description: 'A page that says where to sign in.', type: 'page' },
  },
  async handle({ open, issuer, access, isSignedIn }, { header }) {
    const language = languageOf(header('accept-language'))
    if (access === 'signed-in' && !(await isSignedIn(header))) return signInFirst(language)
    const asked = { ifNoneMatch: header('if-none-match'), acceptEncoding: header('accept-encoding') }
    return (await open()).debugger(language, asked, reachable(issuer, header('host')))
  },
})

/**
 * Where the page may send requests: to the keys of this server, and to the question that a person asks by a button. By the
 * names of this host alone, of which a browser knows the one that it was given. A policy names no path without a host.
 */
function reachable(issuer: string, host: string | undefined): string[] {
  const isHost = host !== undefined && hostForm.test(host)
  const hosts = new Set([new URL(issuer).host, ...(isHost ? [host.toLowerCase()] : [])])
  return [...hosts].flatMap((one) => [`${one}/.well-known/jwks.json`, `${one}/v1/verify`])
}

const says = {
  en: {
    title: 'Token debugger',
    first: 'The debugger of this server is open to people who are signed in.',
    link: 'Sign in at the console',
    after: 'and open this page again.',
  },
  'zh-Hant': {
    title: '權杖除錯器',
    first: '這台伺服器的除錯器只開放給已登入的人。',
    link: '請到主控台登入',
    after: '然後再開啟這個頁面。',
  },
} as const

function signInFirst(language: Language): PageAnswer<401> {
  const { title, first, link, after } = says[language]
  const content = html`<h1>${title}</h1><p>${first}</p><p><a href="/console">${link}</a> ${after}</p>`
  return page(401, { title, language }, content)
}
