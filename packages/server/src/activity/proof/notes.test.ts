import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { parseCheckpoint } from './checkpoint.ts'
import { noteSigner, parseNote, parseVerifierKey, signNote, verifyNote } from './notes.ts'

// The example of C2SP signed-note.
const vkey = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'
const signed = `This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`
const privateKey = () =>
  generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')

test('the example of the standard verifies, and is written again as it is', () => {
  assert.equal(verifyNote(parseNote(signed), parseVerifierKey(vkey)), 'signed')
  assert.equal(
    verifyNote(parseNote(signed.replace('example message', 'example massage')), parseVerifierKey(vkey)),
    'wrong',
  )
})

for (const type of ['note', 'cosignature'] as const) {
  test(`what is signed as a ${type} verifies with its key, and with no other`, () => {
    const signer = noteSigner('a.example/log', privateKey(), type)
    const text = 'a.example/log\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n'
    const note = `${text}\n${signNote(signer, text, 1_800_000_000_000)}`
    const verifier = parseVerifierKey(signer.verifier.vkey)
    assert.equal(verifyNote(parseNote(note), verifier), 'signed')
    assert.equal(verifyNote(parseNote(note.replace('\n1\n', '\n2\n')), verifier), 'wrong')
    const other = noteSigner('a.example/log', privateKey(), type)
    assert.equal(verifyNote(parseNote(note), other.verifier), 'absent')
    const both = note + signNote(other, text, 1_800_000_000_000)
    assert.equal(verifyNote(parseNote(both), other.verifier), 'signed')
    const twice = note + signNote(signer, `${text}x\n`, 1_800_000_000_000)
    assert.equal(verifyNote(parseNote(twice), verifier), 'wrong')
  })
}

const noKeys = [
  '',
  vkey.replace('530d903a', '530d903b'),
  vkey.replace('example.com/foo', 'example.com/bar'),
  vkey.replace('+Aeky', '+Beky'),
  `${vkey}=`,
  vkey.slice(0, -1),
  vkey.replace('+AekyeRrm', '+Aek'),
  ` ${vkey}`,
]
for (const text of noKeys) {
  test(`no verifier key: ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseVerifierKey(text), TypeError)
  })
}

const noNotes = {
  'no empty line': signed.replace('\n\n', '\n'),
  'no signature': signed.slice(0, signed.indexOf('—')),
  'no last line end': signed.trimEnd(),
  'a tab': signed.replace('an example', 'an\texample'),
  'a carriage return': signed.replaceAll('\n', '\r\n'),
  'a signature that is no base64': signed.replace('Uw2QOkn8', 'Uw2QO*n8'),
  'a signature that is written in another way': signed.replace('aQM=', 'aQN='),
  'a signature without a key': '— x AAAAAA==\n'.padStart(30, 'text\n\n'),
  'a hyphen in place of the dash': signed.replace('—', '-'),
  'a name with a plus': signed.replace('example.com/foo', 'example.com+foo'),
  'too many signatures': signed + signed.slice(signed.indexOf('—')).repeat(32),
  'too long': signed.replace('example', 'example'.repeat(5_000)),
}
test('a note may have 32 signatures, and 32,768 characters', () => {
  const signature = signed.slice(signed.indexOf('—'))
  assert.equal(parseNote(signed + signature.repeat(31)).signatures.length, 32)
  const longest = `${'x'.repeat(32_768 - signed.length)}${signed}`
  assert.equal(parseNote(longest).text.length, longest.length - signature.length - 1)
  assert.throws(() => parseNote(`x${longest}`), TypeError)
})

for (const [name, note] of Object.entries(noNotes)) {
  test(`no note: ${name}`, () => {
    assert.throws(() => parseNote(note), TypeError)
  })
}

const root = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
const line = signed.slice(signed.indexOf('—'))
test('a checkpoint says of which log, how large, and its root', () => {
  const { origin, size } = parseCheckpoint(`a.example\n12\n${root}\n\n${line}`)
  assert.deepEqual([origin, size], ['a.example', 12])
})
for (const text of [
  `a.example\n012\n${root}\n`,
  `a.example\n-1\n${root}\n`,
  `a.example\n1.5\n${root}\n`,
  `a.example\n9007199254740993\n${root}\n`,
  `a.example\n\n${root}\n`,
  `\n1\n${root}\n`,
  `a.example\n1\n${root.slice(0, -1)}\n`,
  `a.example\n1\n${root.slice(4)}\n`,
  'a.example\n1\n',
]) {
  test(`no checkpoint: ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseCheckpoint(`${text}\n${line}`), TypeError)
  })
}
