import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Refusal } from '../../errors.ts'
import { createPasswordRules, type PasswordFault, passwordFaultOf, passwordFaults } from './rules.ts'

const rules = createPasswordRules(['latchkey', 'id.brandname.example'])
const ada = ['ada.lovelace', 'Countess of Lovelace', 'anna']

describe('a new password', () => {
  const accepted = [
    { name: 'fifteen characters', password: 'lamp latch keys' },
    { name: 'fifteen characters of two units each', password: '🔑🚪🪟🏠🌳🪵🧱🔨🪛🔩⚙️🧰🪜🧲' },
    { name: '1024 bytes', password: 'lamp'.repeat(256) },
    { name: 'one kind of letters, which is no reason to refuse', password: 'nineunrelatedlettersandmore' },
    { name: 'blanks at its ends', password: '  seven wet umbrellas  ' },
    { name: 'a name beside enough else', password: 'lovelace rides green trams' },
    { name: 'a name of three letters, which words hold by chance', password: 'adamant badgers and canada' },
    { name: 'eight characters beside a name', password: 'latchkeylatchkeyzw4qp9km' },
  ]
  for (const { name, password } of accepted) {
    test(`of ${name} is accepted`, () => assert.equal(rules.accept(password, ada), password))
  }

  const refused: { name: string; password: string; fault: PasswordFault }[] = [
    { name: 'nothing', password: '', fault: 'too_short' },
    { name: 'fourteen characters', password: 'lamp latch key', fault: 'too_short' },
    { name: 'fourteen characters of two units each', password: '🔑'.repeat(14), fault: 'too_short' },
    {
      name: 'fifteen characters that normalize to fewer',
      password: 'e\u0301'.repeat(14),
      fault: 'too_short',
    },
    { name: '1025 bytes', password: `${'lamp'.repeat(256)}s`, fault: 'too_long' },
    { name: '1024 characters of three bytes', password: '鑰'.repeat(1024), fault: 'too_long' },
    { name: 'a breached one', password: 'passwordpassword', fault: 'common' },
    { name: 'a breached one in capitals', password: 'PASSWORDPASSWORD', fault: 'common' },
    { name: 'a breached one in full width', password: 'ｐａｓｓｗｏｒｄｐａｓｓｗｏｒｄ', fault: 'common' },
    { name: 'a breached phrase with blanks', password: 'correct horse battery staple', fault: 'common' },
    { name: 'one character repeated', password: 'aaaaaaaaaaaaaaa', fault: 'common' },
    { name: 'a row of the keyboard', password: 'qwertyuiopasdfghjkl', fault: 'common' },
    { name: 'the product twice', password: 'latchkey latchkey', fault: 'personal' },
    { name: 'the product and digits', password: 'Latchkey2026!!!', fault: 'personal' },
    { name: 'the product and a common password', password: 'latchkeypassword1', fault: 'personal' },
    { name: 'the host of the server', password: 'id.brandname.example', fault: 'personal' },
    { name: 'a word of the host of the server', password: 'brandname brandname', fault: 'personal' },
    { name: 'the user name', password: 'ada.lovelaceada.lovelace', fault: 'personal' },
    {
      name: 'the user name in capitals and full width',
      password: 'ＡＤＡ．ＬＯＶＥＬＡＣＥ!!!!',
      fault: 'personal',
    },
    { name: 'words of the display name', password: 'countess lovelace 1', fault: 'personal' },
    { name: 'a name of four letters again and again', password: 'anna anna anna anna', fault: 'personal' },
    { name: 'seven characters beside a name', password: 'latchkeylatchkeyzw4qp9k', fault: 'personal' },
  ]
  for (const { name, password, fault } of refused) {
    test(`of ${name} is refused: ${fault}`, () => {
      assert.throws(
        () => rules.accept(password, ada),
        (error) => {
          assert(error instanceof Refusal)
          assert.equal(error.code, 'password_unacceptable')
          assert.deepEqual(error.faults, [{ field: '/password', reason: passwordFaults[fault], code: fault }])
          assert.equal(passwordFaultOf(error), fault)
          // What was typed is nobody's business, the log's neither.
          assert(password === '' || !error.message.includes(password))
          return true
        },
      )
    })
  }

  test('is taken as it is compared: in the spelling of NFKC', () => {
    assert.equal(rules.accept('ｓｅｖｅｎ wet umbrellas', []), 'seven wet umbrellas')
  })

  test('another refusal names no rule for passwords', () => {
    for (const code of [undefined, 'toString', 'other']) {
      const faults = [{ field: '/password', reason: 'x', ...(code !== undefined && { code }) }]
      assert.equal(passwordFaultOf(new Refusal('request_invalid', 'x', { faults })), undefined)
    }
  })
})
