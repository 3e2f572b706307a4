import { readFileSync, writeFileSync } from 'node:fs'
import { misuseRows } from '../../packages/latchkey/test/guard/conformance/misuse-rows.ts'
import {
  basicChallenge,
  bearerChallenge,
  dpopChallenge,
} from '../../packages/latchkey/test/guard/conformance/outcomes.ts'
import { type AdapterName, adapters, type Row } from '../../packages/latchkey/test/guard/conformance/row.ts'
import { rows } from '../../packages/latchkey/test/guard/conformance/rows.ts'

const begin = '<!-- Written by `npm run docs` from the rows that every adapter is tested with. -->'
const end = '<!-- The end of what is written. -->'

/**
 * docs/guards.md with the tables of what is answered, from the very rows of the tests, and the programs, from the
 * examples that a test starts. A test says when it is no longer true.
 */
export function guardsPage(page: string): string {
  const [before = '', rest = ''] = page.split(begin)
  const [, after = ''] = rest.split(end)
  return withExamples(`${before}${begin}\n\n${tables()}\n\n${end}${after}`)
}

/** A heading that names an example is followed by the example. */
function withExamples(page: string): string {
  return page.replaceAll(
    /(\(\.\.\/examples\/frameworks\/(\w+)\.ts\)[^\n]*\n\n```ts\n)[\s\S]*?```/g,
    (_all, heading: string, name: string) =>
      `${heading}${readFileSync(`examples/frameworks/${name}.ts`, 'utf8')}\`\`\``,
  )
}

function tables(): string {
  const names = Object.keys(adapters) as AdapterName[] // the keys of a literal
  const sorted = rows.toSorted((one, other) => one.number - other.number)
  const answers = sorted.map(
    (row) =>
      `| ${row.number} | ${row.name} | ${row.status} | ${challengeOf(row)} | ${reached(row)} | ${bodyOf(row)} |`,
  )
  const marks = sorted.map((row) => {
    const cells = names.map((name) => (row.only === undefined || row.only.includes(name) ? '✓' : ''))
    return `| ${row.number} | ${row.name} | ${cells.join(' | ')} |`
  })
  return [
    'All challenges are sent in one header, with a comma between them:',
    '',
    ...Object.entries(shortNames).map(([name, challenge]) => `- \`${name}\` is \`${challenge}\``),
    '',
    '| # | what is sent | status | `WWW-Authenticate` | who the handler sees | in the body |',
    '| --- | --- | --- | --- | --- | --- |',
    ...answers,
    '',
    'Tested over HTTP, each row with each adapter:',
    '',
    `| # | what is sent | ${names.map((name) => adapters[name]).join(' | ')} |`,
    `| --- | --- | ${names.map(() => '---').join(' | ')} |`,
    ...marks,
    '',
    '### Used wrongly',
    '',
    'What comes of a mistake in a program, tested in each framework with a request that has no token. `TypeError`: thrown where the mistake is written; `does not start`: the app ends with an error when it starts; `500`: the framework reports the failure of the program; `401`: the route is protected all the same. Empty: the adapter has no such thing.',
    '',
    `| what is written | ${names.map((name) => adapters[name]).join(' | ')} |`,
    `| --- | ${names.map(() => '---').join(' | ')} |`,
    ...misuseRows.map(
      ({ name, outcomes }) => `| ${name} | ${names.map((adapter) => outcomes[adapter] ?? '').join(' | ')} |`,
    ),
  ].join('\n')
}

function challengeOf({ challenge }: Row): string {
  if (challenge === undefined || challenge === null) return ''
  let short = challenge
  for (const [name, whole] of Object.entries(shortNames)) short = short.replace(whole, name)
  return `\`${short}\``
}

/** The challenges of the API of the table, which are in nearly every row. */
const shortNames = { B: bearerChallenge, D: dpopChallenge, P: basicChallenge }

function reached({ subject }: Row): string {
  if (subject === undefined) return ''
  return subject === null ? 'nobody' : 'the caller'
}

function bodyOf({ error, body = {}, number }: Row): string {
  if (error === undefined) return ''
  const more = number === 25 ? [] : Object.entries(body).map(([name, value]) => `\`${name}: ${value}\``)
  return [`\`${error}\``, ...more].join(', ')
}

if (import.meta.main) {
  writeFileSync('docs/guards.md', guardsPage(readFileSync('docs/guards.md', 'utf8')))
}
