import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  authenticatorNames,
  nameOfAuthenticator,
} from '../../packages/server/src/accounts/passkeys/authenticator-names.ts'
import { namesModule, readNames } from './authenticator-names.ts'

const aaguid = 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd'
const listOf = (entries: Readonly<Record<string, unknown>>) => JSON.stringify(entries)

test('what ships is what the tool writes, and every row of it is one that the tool takes', () => {
  const shipped = readFileSync('packages/server/src/accounts/passkeys/authenticator-names.ts', 'utf8')
  const read = readNames(listOf(Object.fromEntries(authenticatorNames)))
  assert.equal(namesModule(read), shipped)
})

for (const { id, name } of [
  { id: aaguid, name: 'Apple Passwords' },
  { id: '08987058-cadc-4b81-b6e1-30de50dcbe96', name: 'Windows Hello' },
  { id: 'd548826e-79b4-db40-a3d8-11116f7e8349', name: 'Bitwarden' },
  { id: '00000000-0000-0000-0000-000000000000', name: undefined },
  { id: aaguid.toUpperCase(), name: undefined },
  { id: '__proto__', name: undefined },
  { id: '', name: undefined },
]) {
  test(`an authenticator that calls itself ${id || 'nothing'} is ${name ?? 'not known'}`, () =>
    assert.equal(nameOfAuthenticator(id), name))
}

test('names are in the order of their AAGUIDs, however they were given', () => {
  const other = '0ea242b4-43c4-4a1b-8b17-dd6d0b6baec6'
  const names = readNames(listOf({ [aaguid]: "Ada's key", [other]: 'Sésame 2 (managed)' }))
  assert.deepEqual([...names.keys()], [other, aaguid])
  assert.match(namesModule(names), /\['fbfc[^,]*, "Ada's key"\]/)
})

for (const { name, text } of [
  { name: 'no JSON', text: 'names' },
  { name: 'nothing', text: 'null' },
  { name: 'a list', text: listOf([aaguid] as never) },
  { name: 'an empty list, which says that it was given up', text: '{}' },
  { name: 'an AAGUID in capitals', text: listOf({ [aaguid.toUpperCase()]: 'Keys' }) },
  { name: 'an AAGUID without dashes', text: listOf({ [aaguid.replaceAll('-', '')]: 'Keys' }) },
  {
    name: 'the AAGUID of whatever does not say what it is',
    text: listOf({ '00000000-0000-0000-0000-000000000000': 'Keys' }),
  },
  { name: 'a name that is no text', text: listOf({ [aaguid]: { name: 'Keys' } }) },
  { name: 'an empty name', text: listOf({ [aaguid]: '' }) },
  { name: 'a name of blanks', text: listOf({ [aaguid]: '  ' }) },
  { name: 'a name with a blank behind it', text: listOf({ [aaguid]: 'Keys ' }) },
  { name: 'a name of two lines', text: listOf({ [aaguid]: 'Keys\nand more' }) },
  { name: 'a name that turns the direction of writing', text: listOf({ [aaguid]: 'Keys\u202egpj' }) },
  { name: 'a name of 65 characters', text: listOf({ [aaguid]: 'k'.repeat(65) }) },
  { name: 'a name with a tag', text: listOf({ [aaguid]: 'Keys<b>' }) },
]) {
  test(`a list of names is refused: ${name}`, () => assert.throws(() => readNames(text), Error))
}
