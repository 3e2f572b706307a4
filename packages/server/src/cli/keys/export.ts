import { withApp } from '../open.ts'

/** JSON whatever was asked for: it is a file for other programs. */
export async function run(): Promise<void> {
  await withApp(async ({ ring }) => {
    process.stdout.write(`${JSON.stringify(ring.jwks(), null, 2)}\n`)
  })
}
