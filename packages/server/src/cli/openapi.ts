import { openApi } from '../http/openapi.ts'
import { withApp } from './open.ts'

/** JSON whatever was asked for: it is a file for other programs. */
export async function run(): Promise<void> {
  await withApp(async ({ routes, config }) => {
    process.stdout.write(`${JSON.stringify(openApi(routes, config.issuer), null, 2)}\n`)
  })
}
