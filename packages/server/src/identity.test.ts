import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VerifiedClaims } from 'latchkey/token'
import { identityOf } from './identity.ts'

const claims = { sub: 'usr_ada', kind: 'user', client_id: 'cli_butler', exp: 100 }
const read = (more: object) => identityOf({ ...claims, ...more } as unknown as VerifiedClaims, 0) // as a verifier gives them
const lamp = { type: 'device', identifier: 'lamp', actions: ['view'] }

test('who acts is told apart: a person, or the client itself', () => {
  const nobody = read({})
  assert.deepEqual([nobody?.actedBy, nobody?.agent, nobody?.details], [undefined, undefined, undefined])
  const person = read({ act: { sub: 'usr_root' } })
  assert.deepEqual([person?.actedBy, person?.agent], ['usr_root', undefined])
  const agent = read({ act: { sub: 'cli_butler' }, authorization_details: [lamp] })
  assert.deepEqual([agent?.actedBy, agent?.agent, agent?.details], [undefined, 'cli_butler', [lamp]])
})

const unreadable: [string, object][] = [
  ['no kind', { kind: undefined }],
  ['a kind that nobody knows', { kind: 'robot' }],
  ['an actor without a name', { act: {} }],
  ['an actor that is a text', { act: 'cli_butler' }],
  ['details that are no list', { authorization_details: lamp }],
  ['details that are null', { authorization_details: null }],
  ['a detail of another type', { authorization_details: [lamp, { ...lamp, type: 'account' }] }],
  ['a detail with a limit that nobody knows', { authorization_details: [{ ...lamp, times: 1 }] }],
]
for (const [name, more] of unreadable) {
  test(`a token with ${name} is of nobody: a limit that cannot be read is no licence`, () => {
    assert.equal(read(more), undefined)
  })
}
