import { openApi } from '../http/openapi.ts'
import { withEmptyApp } from './open.ts'

/** JSON whatever was asked for: it is a file for other programs. */
export async function run(): Promise<void> {
  await withEmptyApp(async ({ routes, config }) => {
    process.stdout.write(`${JSON.stringify(openApi(routes, config.issuer), null, 2)}\n`)
  })
}
