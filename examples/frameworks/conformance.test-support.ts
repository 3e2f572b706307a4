import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { type AdapterUnderTest, testAdapter } from '../../packages/latchkey/test/guard/conformance.ts'

// The packages are loaded here only, for without them nothing that imports them does.
export const frameworks = ['express', 'fastify', 'hono', 'koa', 'nest'] as const
export type Framework = (typeof frameworks)[number]

export const skip = existsSync(new URL('node_modules', import.meta.url))
  ? false
  : 'the frameworks are not installed: npm ci --prefix examples/frameworks'

/** The adapters of one framework, each for a version or a platform of it. */
export async function adaptersOf(framework: Framework): Promise<readonly AdapterUnderTest[]> {
  const { default: found }: { default: AdapterUnderTest[] } = await import(`./conformance/${framework}.ts`)
  return found
}

/** Ask the adapters of one framework every row of the table. A file for each, so that they are tested side by side. */
export async function testFramework(framework: Framework): Promise<void> {
  if (skip === false) for (const adapter of await adaptersOf(framework)) testAdapter(adapter)
  else test(`the adapters of ${framework} answer every row of the table`, { skip }, () => {})
}
