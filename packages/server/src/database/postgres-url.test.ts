import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explain, serverOf } from './postgres-url.ts'

const base = 'postgres://ada:secret@db.example:5433/latchkey'

for (const [text, expected] of [
  [base, { url: base, ssl: 'prefer', place: 'db.example:5433/latchkey' }],
  [`${base}?sslmode=disable`, { url: base, ssl: false, place: 'db.example:5433/latchkey' }],
  [`${base}?sslmode=allow`, { url: base, ssl: 'prefer', place: 'db.example:5433/latchkey' }],
  [`${base}?sslmode=prefer`, { url: base, ssl: 'prefer', place: 'db.example:5433/latchkey' }],
  [`${base}?sslmode=require`, { url: base, ssl: 'require', place: 'db.example:5433/latchkey' }],
  [`${base}?sslmode=verify-ca`, { url: base, ssl: 'verify-full', place: 'db.example:5433/latchkey' }],
  [`${base}?sslmode=verify-full`, { url: base, ssl: 'verify-full', place: 'db.example:5433/latchkey' }],
  [
    'postgresql://db.example/latchkey?sslmode=require&application_name=x',
    {
      url: 'postgresql://db.example/latchkey?application_name=x',
      ssl: 'require',
      place: 'db.example:5432/latchkey',
    },
  ],
  ['postgres:///latchkey', { url: 'postgres:///latchkey', ssl: 'prefer', place: 'localhost:5432/latchkey' }],
] as const) {
  test(`a server is found by ${text.replace('secret', '…')}`, () => {
    assert.deepEqual(serverOf(text), expected)
  })
}

for (const [text, says] of [
  ['db.example', /not of the form/],
  ['mysql://ada:secret@db.example/latchkey', /not of the form/],
  ['postgres2://ada:secret@db.example/latchkey', /not of the form/],
  ['xpostgres://ada:secret@db.example/latchkey', /not of the form/],
  ['postgres://ada:secret@db.example:x/latchkey', /not of the form/],
  [`${base}?sslmode=none`, /unknown sslmode; known are disable, allow, /],
  [`${base}?sslmode=`, /unknown sslmode/],
] as const) {
  test(`no server is found by ${text.replace('secret', '…')}, and its password is not repeated`, () => {
    assert.throws(
      () => serverOf(text),
      (error) => error instanceof Error && says.test(error.message) && !error.message.includes('secret'),
    )
  })
}

for (const [code, says] of [
  ['28P01', 'PostgreSQL at db:1/x refuses this user or password'],
  ['28000', 'PostgreSQL at db:1/x refuses this user or password'],
  ['3D000', 'PostgreSQL at db:1/x has no database of this name'],
  ['ECONNREFUSED', 'cannot reach PostgreSQL at db:1/x (ECONNREFUSED)'],
  [7, 'cannot reach PostgreSQL at db:1/x'],
] as const) {
  test(`${code} is told as: ${says}`, () => assert.equal(explain({ code }, 'db:1/x'), says))
}
