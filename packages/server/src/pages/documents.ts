import * as v from 'valibot'
import { ok, type Route, routesFor } from '../http/route.ts'

interface Described {
  /** Every route of the product, these two among them. */
  readonly routes: () => readonly Route[]
  readonly issuer: string
}

const route = routesFor<Described>()

// The description of the interface, for programs and for people. Made when it is asked for, from the routes themselves.

export const openApiDocument = route({
  id: 'openApiDocument',
  method: 'GET',
  path: '/openapi.json',
  tag: 'operations',
  summary: 'This interface as OpenAPI 3.1.',
  access: 'public',
  answers: { 200: { description: 'The document.', body: v.record(v.string(), v.unknown()) } },
  async handle({ routes, issuer }) {
    // Loaded when asked for: the schema converter costs 30 ms at start that hardly any process needs.
    const { openApi } = await import('../http/openapi.ts')
    return ok({ ...openApi(routes(), issuer) })
  },
})

export const referencePageRoute = route({
  id: 'referencePage',
  method: 'GET',
  path: '/docs',
  tag: 'operations',
  summary: 'This interface as a page to read.',
  access: 'public',
  answers: { 200: { description: 'The page.', type: 'page' } },
  async handle({ routes, issuer }) {
    const [{ openApi }, { referencePage }] = await Promise.all([
      import('../http/openapi.ts'),
      import('./reference-page.ts'),
    ])
    return referencePage(openApi(routes(), issuer))
  },
})
