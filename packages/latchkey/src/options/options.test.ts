import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testOptions } from '../../test/options/options-rows.ts'
import { tokenOptions } from '../../test/options/token-options.ts'
import { checkOptions } from './check-options.ts'

// An area of the library adds its rows in a file like that of the tokens.
testOptions([...tokenOptions])

test('a member that a program added to Object.prototype is no option, and known ones are found there', () => {
  const prototype = Object.prototype as { shim?: unknown }
  prototype.shim = () => 1
  try {
    checkOptions('someFunction', { known: 1 }, { known: 1 })
    assert.throws(() => checkOptions('someFunction', { shim: 1 }, { known: 1 }), TypeError)
  } finally {
    delete prototype.shim
  }
})

test('the message repeats no value of an option', () => {
  assert.throws(
    () => checkOptions('someFunction', { secert: 'sesame' }, { secret: 1 }),
    (error: Error) => !error.message.includes('sesame'),
  )
})
