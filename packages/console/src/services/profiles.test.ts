import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimLines, claimsIn } from './profiles.ts'

const written = [
  { line: 'jid={subject}@example.com', value: '{subject}@example.com' },
  { line: 'groups={scopes}', value: ['{scopes}'] },
  { line: 'groups=["{kind}","staff"]', value: ['{kind}', 'staff'] },
  { line: 'level=3', value: 3 },
  { line: 'isOurs=true', value: true },
  { line: 'zip="01234"', value: '01234' },
  { line: 'number="3"', value: '3' },
  { line: 'odd={"a":1}', value: '{"a":1}' },
  { line: 'null=null', value: 'null' },
  { line: 'query=a=b', value: 'a=b' },
  { line: 'list=[1,2]', value: '[1,2]' },
]
for (const { line, value } of written) {
  test(`the line ${line} is a claim, and the same after it was written again`, () => {
    const [claim] = claimsIn([line])
    assert.deepEqual(claim?.value, value)
    assert.deepEqual(claimsIn(claimLines([claim ?? { name: '', value: '' }]).split('\n')), [claim])
  })
}

test('the list of the scopes is written as people write it', () => {
  assert.equal(claimLines([{ name: 'groups', value: ['{scopes}'] }]), 'groups={scopes}')
})

test('a line without a value is a claim that the server refuses, and nothing is lost', () => {
  assert.deepEqual(claimsIn(['name', ' spaced = text ']), [
    { name: 'name', value: '' },
    { name: 'spaced', value: 'text' },
  ])
})
