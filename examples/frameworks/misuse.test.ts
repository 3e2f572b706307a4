import assert from 'node:assert/strict'
import { test } from 'node:test'
import { misuseRows } from '../../packages/latchkey/test/guard/conformance/misuse-rows.ts'
import type { AdapterName } from '../../packages/latchkey/test/guard/conformance/row.ts'
import { skip } from './conformance.test-support.ts'
import type { Mistakes } from './misuse/misuse.test-support.ts'

const mistakes: Mistakes = {}
for (const name of skip === false ? ['own', 'express', 'fastify', 'hono', 'koa', 'nest'] : []) {
  const { default: found }: { default: Mistakes } = await import(`./misuse/${name}.ts`)
  Object.assign(mistakes, found)
}

for (const { name, outcomes } of misuseRows) {
  for (const [adapter, outcome] of Object.entries(outcomes)) {
    test(`used wrongly, ${adapter}: ${name}`, { skip }, async (t) => {
      const mistake = mistakes[adapter as AdapterName]?.[name] // the keys of the row
      assert.ok(mistake !== undefined, 'a row that nobody tries')
      assert.equal(await mistake(t), outcome)
    })
  }
}

test('every mistake that is tried has a row', { skip }, () => {
  for (const [adapter, tried] of Object.entries(mistakes)) {
    for (const name of Object.keys(tried)) {
      const row = misuseRows.find((one) => one.name === name)
      assert.ok(row?.outcomes[adapter as AdapterName] !== undefined, `${adapter}: ${name}`)
    }
  }
})
