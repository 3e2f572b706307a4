import * as v from 'valibot'
import { ok, type PageAnswer, routesFor } from '../http/route.ts'
import { html, languageOf } from './page.ts'

const route = routesFor<undefined>()

// The console: pages whose script asks this server's own interface. Nothing of it is read before somebody opens it, because
// most processes never show it.
const files = () => import('./console-files.ts')

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
  async handle(_, { header }) {
    const { consolePage } = await files()
    return consolePage(languageOf(header('accept-language')), askedBy(header))
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
  async handle(_, { params: { file }, header }) {
    const { consoleFile } = await files()
    return consoleFile(file, askedBy(header))
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
