import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { alteredReceipts } from '../../packages/server/test/altered-receipts.ts'
import { openTestApp, type TestApp } from '../../packages/server/test/app.ts'
import { python, skipUnless } from './original.ts'

const skip = skipUnless({ cryptography: 'python3-cryptography' })
const program = fileURLToPath(new URL('../../examples/receipt/verify_receipt.py', import.meta.url))

describe('receipts, by a program that knows nothing of Latchkey', { skip }, () => {
  let house: TestApp
  let directory: string
  let text: string
  let key: string
  before(async () => {
    house = await openTestApp()
    directory = mkdtempSync(join(tmpdir(), 'latchkey-receipts-'))
    const { token } = await house.signedIn('root', 'administrator')
    for (let i = 0; i < 20; i++)
      await house.app.activity.recordAlone({}, 'device.state', { id: `d${i}`, kind: 'device' })
    const { items } = (await house.call('GET', '/v1/activity?event=user.sign_in', { token })).body
    const answer = await house.call('GET', `/v1/activity/${items[0]!.id}/receipt`, { token })
    text = JSON.stringify(answer.body)
    key = (await house.app.proof.ground.signers.vkeys())[0] ?? ''
  })
  after(async () => {
    await house.close()
    rmSync(directory, { recursive: true, force: true })
  })

  function verify(receipt: string, ...keys: string[]) {
    const file = join(directory, 'a.receipt')
    writeFileSync(file, receipt)
    const { status, stdout, stderr } = spawnSync(python, ['-B', program, file, ...keys], { encoding: 'utf8' })
    return { status, stdout, stderr }
  }

  test('one that is as it was is accepted', () => {
    const { status, stdout, stderr } = verify(text, key)
    assert.equal(status, 0, stderr)
    const { event, disclosed } = JSON.parse(stdout) as {
      event: unknown[]
      disclosed: { who: { text: string } }
    }
    assert.equal(event[2], 'user.sign_in')
    assert.match(disclosed.who.text, /"subject":"usr_/)
  })

  test('one of a log whose key is not given is refused', () => {
    assert.equal(verify(text, key.replace(/.$/, key.endsWith('A') ? 'B' : 'A')).status, 1)
    assert.equal(verify(text, key, key.replace('/activity', '/witness')).status, 1)
  })

  for (const [name, alter] of Object.entries(alteredReceipts)) {
    test(`one that was altered is refused: ${name}`, () => {
      const { status, stderr } = verify(alter(text), key)
      assert.equal(status, 1)
      assert.match(stderr, /^refused: /)
    })
  }
})
