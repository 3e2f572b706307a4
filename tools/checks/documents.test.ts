import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { buildSync } from 'esbuild'
import { differences } from '../../tests/interop/differences.ts'

test('every whole program of docs/guards.md is an example that runs', () => {
  const examples = globSync('examples/frameworks/*.ts').map((file) => readFileSync(file, 'utf8'))
  const samples = [...readFileSync('docs/guards.md', 'utf8').matchAll(/```ts\n(import [\s\S]*?)```/g)]
  assert(samples.length >= 7)
  for (const [, sample] of samples) assert(examples.includes(sample ?? ''), `no example is:\n${sample}`)
})

test('every TypeScript sample of the README is an example that compiles', () => {
  const examples = globSync('examples/*.ts').map((file) => readFileSync(file, 'utf8'))
  const samples = [...readFileSync('README.md', 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(
    ([, sample]) => sample,
  )
  assert(samples.length > 0)
  for (const sample of samples) assert(examples.includes(sample ?? ''), `no example is:\n${sample}`)
})

test('every TypeScript sample of the pages about tokens, client, testing and device compiles', () => {
  const folder = mkdtempSync('.samples-')
  try {
    let count = 0
    for (const page of ['token', 'client', 'testing', 'device']) {
      const text = readFileSync(`docs/${page}.md`, 'utf8')
      for (const [, sample] of text.matchAll(/```ts\n([\s\S]*?)```/g)) {
        count += 1
        writeFileSync(join(folder, `${page}-${count}.ts`), sample ?? '')
      }
    }
    assert(count >= 6)
    // The client runs in browsers as well as in Node.
    const compilerOptions = { lib: ['es2024', 'esnext', 'dom', 'dom.iterable', 'dom.asynciterable'] }
    const config = { extends: '../tsconfig.json', compilerOptions, include: ['*.ts'] }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    execFileSync('tsc', ['--noEmit', '--project', folder], { encoding: 'utf8' })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('the page that CONTRIBUTING.md adds to the console compiles', () => {
  const [, section = ''] = readFileSync('CONTRIBUTING.md', 'utf8').split('## Adding a page')
  const [words = '', page = '', entry = ''] = [...section.matchAll(/ {3}```tsx?\n([\s\S]*?) {3}```/g)].map(
    ([, sample]) => sample ?? '',
  )
  const folder = mkdtempSync('packages/console/.samples-')
  try {
    const write = (name: string, sample: string) =>
      writeFileSync(join(folder, name), sample.replaceAll("'../../", "'../src/"))
    write('words.ts', words)
    write('page.tsx', page)
    const head = `import type { PageDefinition } from '../../page-definition.ts'\n`
    const pages = `export const pages: PageDefinition[] = [${entry}]\n`
    write('pages.ts', head + pages.replace('../pages/services/', './'))
    writeFileSync(join(folder, 'tsconfig.json'), '{ "extends": "../tsconfig.json", "include": ["*"] }')
    execFileSync('tsc', ['--noEmit', '--project', folder], { encoding: 'utf8' })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

// The suites beside the originals need Python and run apart: a page that was changed is looked at here.
test('the page of every port tells each difference that its suite knows', () => {
  for (const [page, known] of Object.entries(differences)) {
    const text = readFileSync(page, 'utf8')
    for (const { what } of known)
      assert(text.includes(`| ${what} |`), `${page} has no row that begins: ${what}`)
  }
})

test('docs/token.md says what to do about every code', () => {
  const [, union = ''] =
    /export type TokenErrorCode =([\s\S]*?)\n\n/.exec(
      readFileSync('packages/latchkey/src/token/errors.ts', 'utf8'),
    ) ?? []
  const codes = [...union.matchAll(/'(\w+)'/g)].map(([, code]) => code)
  const rows = [...readFileSync('docs/token.md', 'utf8').matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code)
  assert.ok(codes.length > 15)
  assert.deepEqual(rows, codes)
})

test('the client is as large as docs/client.md says', () => {
  const page = readFileSync('docs/client.md', 'utf8').replaceAll(/\s+/g, ' ')
  const said =
    /it is ([\d.]+) kB \(minified, gzip\), with `createClient` alone ([\d.]+) kB, with `createApplicationClient` alone ([\d.]+) kB/
  const bundles = ['*', '{ createClient }', '{ createApplicationClient }'].map((names) => {
    const { outputFiles } = buildSync({
      stdin: { contents: `export ${names} from 'latchkey/client'`, resolveDir: import.meta.dirname },
      bundle: true,
      write: false,
      minify: true,
      format: 'esm',
      platform: 'browser',
      conditions: ['latchkey-source'],
    })
    return outputFiles[0]?.text ?? ''
  })
  assert.deepEqual(
    said.exec(page)?.slice(1),
    bundles.map((code) => (gzipSync(code).length / 1000).toFixed(1)),
  )
  // Neither kind of client carries what only the other one needs.
  const [, direct = '', application = ''] = bundles
  assert.doesNotMatch(direct, /\/oauth\/|code_verifier|sessionStorage/)
  assert.doesNotMatch(application, /\/v1\/|mfa_required/)
})

test('the first sample of docs/testing.md passes its own tests', () => {
  const [, sample = ''] = readFileSync('docs/testing.md', 'utf8').match(/```ts\n([\s\S]*?)```/) ?? []
  const file = `tools/.sample-${process.pid}.ts`
  writeFileSync(file, sample)
  try {
    // By this variable it would take itself for one of our own test files, and report to us.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env
    const options = ['--conditions=latchkey-source', '--test-reporter=spec', file]
    const output = execFileSync(process.execPath, options, { encoding: 'utf8', env })
    assert.match(output, /pass 3/)
  } finally {
    rmSync(file)
  }
})

test('every file that an npm script runs exists', () => {
  for (const manifest of globSync('{package.json,packages/*/package.json}')) {
    const { scripts = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as {
      scripts?: Record<string, string>
    }
    for (const [file] of Object.values(scripts)
      .join(' ')
      .matchAll(/(?<=^| )[\w./-]+\.[tj]s(?= |$)/g))
      assert(existsSync(join(dirname(manifest), file)), `${manifest} runs ${file}`)
  }
})

const pages = globSync('{*,docs/**/*,bench/*}.md')
for (const page of pages) {
  test(`${page} links to what exists`, () => {
    const links = [...readFileSync(page, 'utf8').matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(
      ([, link]) => link ?? '',
    )
    for (const link of links.filter((to) => !/^[a-z]+:/.test(to))) {
      assert(existsSync(join(dirname(page), link)), `${page} links to ${link}`)
    }
  })
}

test('the README shows the commands that newcomers and CI run', () => {
  const readme = readFileSync('README.md', 'utf8')
  for (const command of ['npm ci && npm start', 'npm ci && npm test', 'npm run demo']) {
    assert(readme.includes(`\n${command}\n`), command)
  }
  assert(readFileSync('.ci/run', 'utf8').includes('npm ci && npm test'))
})

test('no page, source or message speaks of the machine it was written on', () => {
  const files = globSync(
    '{*.md,*.json,.ci/run,{docs,bench,examples,tests,tools,packages}/**/*.{md,ts,tsx,js,json,py}}',
    {
      exclude: (name) => name === 'node_modules' || name === 'dist',
    },
  )
  assert(files.length > 100)
  for (const file of files) {
    if (file === 'tools/checks/documents.test.ts') continue
    assert.doesNotMatch(readFileSync(file, 'utf8'), /\/(work|root|home\/\w+)\/(?!\.)/, file)
  }
})
