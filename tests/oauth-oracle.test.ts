import assert from 'node:assert/strict'
import { after, before, describe, mock, test } from 'node:test'
import { differences } from './oracle/differences.ts'
import { openTheirs, type Theirs } from './oracle/oidc-provider.ts'
import { type Ours, openOurs } from './oracle/ours.ts'
import { outcomeOf, shown } from './oracle/outcome.ts'
import type { Row } from './oracle/row.ts'
import { authorizeRows } from './oracle/rows/authorize.ts'
import { clientRows } from './oracle/rows/clients.ts'
import { otherRows } from './oracle/rows/others.ts'
import { tokenRows } from './oracle/rows/token.ts'
import type { Side } from './oracle/side.ts'

// The same requests to this server and to oidc-provider, which others wrote and the OpenID Foundation has certified. Where the answers
// are of another kind, one of the two is wrong, or the difference is listed with its reason.

const rows = [...authorizeRows, ...clientRows, ...tokenRows, ...otherRows]

describe('beside oidc-provider', () => {
  let ours: Ours
  let theirs: Theirs
  const found = new Map<RegExp, number>()
  before(async () => {
    ours = await openOurs()
    const { world } = ours.house
    // Both have one clock, which stands still until a row moves it.
    mock.timers.enable({ apis: ['Date'], now: world.now() })
    theirs = await openTheirs(world.now)
    // Ada has been signed in for a while.
    move(60_000)
  })
  after(async () => {
    theirs.stop()
    mock.timers.reset()
    await ours.house.close()
  })

  function move(ms: number): void {
    ours.house.world.advance(ms)
    mock.timers.setTime(ours.house.world.now())
  }

  async function ask(side: Side, { endpoint, run }: Row) {
    const received = await run(side)
    if (side === ours) assert.ok(received.status < 500, `${received.status}: ${received.text}`)
    return shown(outcomeOf(endpoint, received))
  }

  for (const row of rows) {
    test(row.name, async () => {
      for (const side of [ours, theirs]) await row.before?.(side)
      if (row.afterMs !== undefined) move(row.afterMs)
      const [own, other] = [await ask(ours, row), await ask(theirs, row)]
      const known = differences.filter(({ rows }) => rows.test(row.name))
      assert.ok(known.length < 2, 'one difference explains a row')
      const [difference] = known
      if (!difference) return assert.equal(own, other)
      found.set(difference.rows, (found.get(difference.rows) ?? 0) + 1)
      assert.notEqual(own, other, `this is no difference any more: ${difference.why}`)
    })
  }

  test('there are enough rows, each with a name of its own, and few differences, each of which occurs', () => {
    assert.ok(rows.length >= 300)
    assert.equal(new Set(rows.map(({ name }) => name)).size, rows.length)
    assert.ok(differences.length <= 25)
    assert.deepEqual(
      differences.filter(({ rows }) => !found.has(rows)),
      [],
    )
  })
})
