import * as v from 'valibot'
import { type Answer, anyone, type Route, route } from '../http/route.ts'
import type { BuildConsole, ConsoleFiles } from './console-files.ts'
import { html, languageOf } from './page.ts'

/**
 * The console: pages whose script asks this server's own interface. Nothing of it is built or read before somebody
 * opens it, because most processes never show it. `build` is given where the server runs from the repository.
 */
export function consoleRoutes(build?: BuildConsole): Route[] {
  let opened: Promise<ConsoleFiles> | undefined
  function open(): Promise<ConsoleFiles> {
    opened ??= import('./console-files.ts')
      .then(({ openConsoleFiles }) => openConsoleFiles(build))
      .catch((error: unknown) => {
        // The next request tries again: a source may have been corrected.
        opened = undefined
        throw error
      })
    return opened
  }
  return [
    route({
      method: 'GET',
      path: '/',
      tag: 'pages',
      summary: 'Browsers are led to the console; programs are told where things are.',
      access: anyone,
      answers: { 200: { description: 'Where things are.' } },
      async handle({ header }) {
        if (!header('accept')?.includes('text/html'))
          return { kind: 'json', status: 200, body: signposts, headers: { vary: 'Accept' } }
        return movedTo('/console')
      },
    }),
    route({
      method: 'GET',
      path: '/console',
      tag: 'pages',
      summary: 'The console.',
      access: anyone,
      answers: { 200: { description: 'The page.' } },
      async handle({ header }) {
        return (await open()).page(languageOf(header('accept-language')), askedBy(header))
      },
    }),
    route({
      method: 'GET',
      path: '/console/',
      tag: 'pages',
      summary: 'The console, by another spelling of its address.',
      access: anyone,
      answers: { 302: { description: 'Its address.' } },
      handle: async () => movedTo('/console'),
    }),
    route({
      method: 'GET',
      path: '/console/{file}',
      tag: 'pages',
      summary: 'A file of the console.',
      access: anyone,
      params: v.strictObject({ file: v.string() }),
      answers: { 200: { description: 'The file.' } },
      async handle({ params: { file }, header }) {
        return (await open()).file(file, askedBy(header))
      },
    }),
  ]
}

const askedBy = (header: (name: string) => string | undefined) => ({
  ifNoneMatch: header('if-none-match'),
  acceptEncoding: header('accept-encoding'),
})

const signposts = {
  console: '/console',
  documentation: '/docs',
  openapi: '/openapi.json',
  metadata: '/.well-known/openid-configuration',
}

function movedTo(location: string): Answer {
  const link = html`<!doctype html><title>Latchkey</title><a href="${location}">${location}</a>`
  return { kind: 'page', status: 302, html: link.text, headers: { location, vary: 'Accept' } }
}
