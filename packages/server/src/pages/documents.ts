import { anyone, json, type Route, route } from '../http/route.ts'

/**
 * The description of the interface, for programs and for people. Made when it is asked for, from the routes themselves,
 * these two among them.
 */
export function documentRoutes(routes: readonly Route[], issuer: string): Route[] {
  return [
    route({
      method: 'GET',
      path: '/openapi.json',
      tag: 'operations',
      summary: 'This interface as OpenAPI 3.1.',
      access: anyone,
      answers: { 200: { description: 'The document.' } },
      async handle() {
        // Loaded when asked for: the schema converter costs 30 ms at start that hardly any process needs.
        const { openApi } = await import('../http/openapi.ts')
        return json(openApi(routes, issuer))
      },
    }),
    route({
      method: 'GET',
      path: '/docs',
      tag: 'operations',
      summary: 'This interface as a page to read.',
      access: anyone,
      answers: { 200: { description: 'The page.' } },
      async handle() {
        const [{ openApi }, { referencePage }] = await Promise.all([
          import('../http/openapi.ts'),
          import('./reference-page.ts'),
        ])
        return referencePage(openApi(routes, issuer))
      },
    }),
  ]
}
