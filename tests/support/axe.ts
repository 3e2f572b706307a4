import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'

const source = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

/** What axe finds of WCAG 2.2 AA and of good practice: the rule, and where. */
export async function axeFaults(page: Page): Promise<string[]> {
  // The policy of our pages lets no script in; the browser's own tools are not held by it.
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(source)
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: Axe }
    const { violations } = await axe.run({ resultTypes: ['violations'] })
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
    )
  })
}

interface Axe {
  run(options: object): Promise<{
    violations: readonly { id: string; nodes: readonly { target: readonly string[] }[] }[]
  }>
}
