import * as v from 'valibot'
import { ok, type PageAnswer, routesFor } from '../http/route.ts'
import type { BuildConsole, ConsoleFiles } from './console-files.ts'
import { html, languageOf } from './page.ts'

/** The console's files. Nothing of them is built or read before somebody opens it: most processes never show it. */
export type OpenConsole = () => Promise<ConsoleFiles>

/** `build` is given where the server runs from the repository. */
export function consoleOpener(build?: BuildConsole): OpenConsole {
  let opened: Promise<ConsoleFiles> | undefined
  return () => {
    opened ??= import('./console-files.ts')
      .then(({ openConsoleFiles }) => openConsoleFiles(build))
      .catch((error: unknown) => {
        // The next request tries again: a source may have been corrected.
        opened = undefined
        throw error
      })
    return opened
  }
}

const route = routesFor<OpenConsole>()

const signposts = v.strictObject({
  console: v.string(),
  documentation: v.string(),
  openapi: v.string(),
  metadata: v.string(),
})

export const frontDoor = route({
  id: 'frontDoor',
  method: 'GET',
  path: '/',
  tag: 'pages',
  summary: 'Browsers are led to the console; programs are told where things are.',
  access: 'public',
  answers: {
    200: { description: 'Where things are.', body: signposts },
    302: { description: 'The address of the console.', type: 'page' },
  },
  async handle(_, { header }) {
    if (header('accept')?.includes('text/html')) return movedTo('/console')
    return ok(
      {
        console: '/console',
        documentation: '/docs',
        openapi: '/openapi.json',
        metadata: '/.well-known/openid-configuration',
      },
      { vary: 'Accept' },
    )
  },
})

export const consolePageRoute = route({
  id: 'consolePage',
  method: 'GET',
  path: '/console',
  tag: 'pages',
  summary: 'The console.',
  access: 'public',
  answers: { 200: { description: 'The page.', type: 'file' } },
  async handle(open, { header }) {
    return (await open()).page(languageOf(header('accept-language')), askedBy(header))
  },
})

export const consoleWithSlash = route({
  id: 'consoleWithSlash',
  method: 'GET',
  path: '/console/',
  tag: 'pages',
  summary: 'The console, by another spelling of its address.',
  access: 'public',
  answers: { 302: { description: 'Its address.', type: 'page' } },
  handle: async () => movedTo('/console'),
})

export const consoleFileRoute = route({
  id: 'consoleFile',
  method: 'GET',
  path: '/console/{file}',
  tag: 'pages',
  summary: 'A file of the console.',
  access: 'public',
  params: v.strictObject({ file: v.string() }),
  answers: { 200: { description: 'The file.', type: 'file' } },
  refuses: ['not_found'],
  async handle(open, { params: { file }, header }) {
    return (await open()).file(file, askedBy(header))
  },
})

const askedBy = (header: (name: string) => string | undefined) => ({
  ifNoneMatch: header('if-none-match'),
  acceptEncoding: header('accept-encoding'),
})

function movedTo(location: string): PageAnswer<302> {
  const link = html`<!doctype html><title>Latchkey</title><a href="${location}">${location}</a>`
  return { kind: 'page', status: 302, html: link.text, headers: { location, vary: 'Accept' } }
}
